// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <cmath>

namespace weft::losses {
namespace {

struct MeanAbsoluteError {
    std::string reduction = "sum_over_batch_size";

    static Binding<MeanAbsoluteError> binding() {
        Binding<MeanAbsoluteError> b;
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
                const float difference = prediction[j] - target[j];
                sum += std::fabs(difference);
                if (gradient) {
                    gradient[j] = factor * share * static_cast<float>((difference > 0) - (difference < 0));
                }
            }
            return sum * share;
        }
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing); }
};

} // namespace

LossType mean_absolute_error() {
    LossType type;
    type.name = "MeanAbsoluteError";
    type.title = "Mean absolute error";
    type.help = "The mean of the absolute differences; outliers weigh less than with squares.";
    type.formula = "mean(|prediction - target|)";
    type.aliases = {"mean_absolute_error", "mae", "MAE"};
    bindLoss<MeanAbsoluteError>(type);
    type.examples = {{{}, {{5, 3}}, {{5, 3}}}, {{}, {{6}}, {{6, 1}}}, {{}, {{3, 4, 2}}, {{3, 4, 2}}}, {{}, {{3, 4}}, {{3, 4, 1}}}};
    return type;
}

} // namespace weft::losses
