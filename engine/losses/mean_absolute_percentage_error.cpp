// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <algorithm>
#include <cmath>

namespace weft::losses {
namespace {

struct MeanAbsolutePercentageError {
    std::string reduction = "sum_over_batch_size";

    static Binding<MeanAbsolutePercentageError> binding() {
        Binding<MeanAbsolutePercentageError> b;
        addReduction(b);
        return b;
    }

    Pairing pair(const TensorSpec& target, const TensorSpec& prediction) const { return pairUp(target, prediction); }

    struct Op : RowwiseLoss {
        using RowwiseLoss::RowwiseLoss;
        float row(std::int64_t width, const float* target, const float* prediction, float factor, float* gradient) const override {
            const float share = 1.0f / static_cast<float>(width);
            float sum = 0;
            for (std::int64_t j = 0; j < width; ++j) {
                const float t = target[j];
                const float p = prediction[j];
                const float size = std::max(std::fabs(t), kProbabilityFloor);
                sum += 100 * std::fabs(p - t) / size;
                if (gradient) {
                    gradient[j] = factor * share * (100 * static_cast<float>((p > t) - (p < t)) / size);
                }
            }
            return sum * share;
        }
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing); }
};

} // namespace

LossType mean_absolute_percentage_error() {
    LossType type;
    type.name = "MeanAbsolutePercentageError";
    type.title = "Mean absolute percentage error";
    type.help = "How far off predictions are in percent of the target; for targets that are not near 0.";
    type.formula = "100 · mean(|prediction - target| / |target|)";
    type.aliases = {"mean_absolute_percentage_error", "mape", "MAPE"};
    bindLoss<MeanAbsolutePercentageError>(type);
    type.examples = {{{{}, {{5, 3}}, {{5, 3}}}, {{}, {{6}}, {{6, 1}}}, {{}, {{3, 4, 2}}, {{3, 4, 2}}}}};
    return type;
}

} // namespace weft::losses
