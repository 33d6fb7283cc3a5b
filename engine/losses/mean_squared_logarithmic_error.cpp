// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <algorithm>
#include <cmath>

namespace weft::losses {
namespace {

struct MeanSquaredLogarithmicError {
    std::string reduction = "sum_over_batch_size";

    static Binding<MeanSquaredLogarithmicError> binding() {
        Binding<MeanSquaredLogarithmicError> b;
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
                const float difference = std::log1p(std::max(p, kProbabilityFloor)) - std::log1p(std::max(t, kProbabilityFloor));
                sum += difference * difference;
                if (gradient) {
                    gradient[j] = factor * share * (p > kProbabilityFloor ? 2 * difference / (1 + p) : 0.0f);
                }
            }
            return sum * share;
        }
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing); }
};

} // namespace

LossType mean_squared_logarithmic_error() {
    LossType type;
    type.name = "MeanSquaredLogarithmicError";
    type.title = "Mean squared logarithmic error";
    type.help = "Squared differences of logarithms: being off by a factor counts the same for small and large targets.";
    type.formula = "mean((log(prediction + 1) - log(target + 1))²)";
    type.aliases = {"mean_squared_logarithmic_error", "msle", "MSLE"};
    bindLoss<MeanSquaredLogarithmicError>(type);
    type.examples = {{{{}, {{5, 3}}, {{5, 3}}}, {{}, {{6}}, {{6, 1}}}, {{}, {{3, 4, 2}}, {{3, 4, 2}}}}};
    return type;
}

} // namespace weft::losses
