// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

namespace weft::losses {
namespace {

struct MeanSquaredError {
    std::string reduction = "sum_over_batch_size";

    static Binding<MeanSquaredError> binding() {
        Binding<MeanSquaredError> b;
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
                sum += difference * difference;
                if (gradient) {
                    gradient[j] = factor * 2 * share * difference;
                }
            }
            return sum * share;
        }
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing); }
};

} // namespace

LossType mean_squared_error() {
    LossType type;
    type.name = "MeanSquaredError";
    type.title = "Mean squared error";
    type.help = "The mean of the squared differences; the usual loss where numbers are predicted.";
    type.formula = "mean((prediction - target)²)";
    type.aliases = {"mean_squared_error", "mse", "MSE"};
    bindLoss<MeanSquaredError>(type);
    type.examples = {{{}, {{5, 3}}, {{5, 3}}}, {{}, {{6}}, {{6, 1}}}, {{}, {{3, 4, 2}}, {{3, 4, 2}}}, {{}, {{3, 4}}, {{3, 4, 1}}}};
    return type;
}

} // namespace weft::losses
