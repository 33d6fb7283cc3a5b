// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <algorithm>
#include <cmath>

namespace weft::losses {
namespace {

struct Poisson {
    std::string reduction = "sum_over_batch_size";

    static Binding<Poisson> binding() {
        Binding<Poisson> b;
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
                sum += p - t * std::log(p + kProbabilityFloor);
                if (gradient) {
                    gradient[j] = factor * share * (1 - t / (p + kProbabilityFloor));
                }
            }
            return sum * share;
        }
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing); }
};

} // namespace

LossType poisson() {
    LossType type;
    type.name = "Poisson";
    type.title = "Poisson";
    type.help = "For targets that are counts, such as visitors per hour.";
    type.formula = "mean(prediction - target · log(prediction))";
    type.aliases = {"poisson"};
    bindLoss<Poisson>(type);
    type.examples = {{{}, {{5, 3}}, {{5, 3}}, 0, true}, {{}, {{6}}, {{6, 1}}, 0, true}};
    return type;
}

} // namespace weft::losses
