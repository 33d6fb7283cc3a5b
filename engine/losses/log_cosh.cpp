// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <algorithm>
#include <cmath>

namespace weft::losses {
namespace {

struct LogCosh {
    std::string reduction = "sum_over_batch_size";

    static Binding<LogCosh> binding() {
        Binding<LogCosh> b;
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
                const float e = p - t;
                sum += std::fabs(e) + std::log1p(std::exp(-2 * std::fabs(e))) - 0.69314718f;
                if (gradient) {
                    gradient[j] = factor * share * (std::tanh(e));
                }
            }
            return sum * share;
        }
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing); }
};

} // namespace

LossType log_cosh() {
    LossType type;
    type.name = "LogCosh";
    type.title = "Log cosh";
    type.help = "Like squares for small differences and like absolute values for large ones, without a bend between.";
    type.formula = "mean(log(cosh(prediction - target)))";
    type.aliases = {"log_cosh"};
    bindLoss<LogCosh>(type);
    type.examples = {{{{}, {{5, 3}}, {{5, 3}}}, {{}, {{6}}, {{6, 1}}}, {{}, {{3, 4, 2}}, {{3, 4, 2}}}}};
    return type;
}

} // namespace weft::losses
