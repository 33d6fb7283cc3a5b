// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <algorithm>
#include <cmath>

namespace weft::losses {
namespace {

struct SquaredHinge {
    std::string reduction = "sum_over_batch_size";

    static Binding<SquaredHinge> binding() {
        Binding<SquaredHinge> b;
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
                const float sign = t == 0 ? -1.0f : t; // Keras turns 0 and 1 into -1 and 1
                const float margin = std::max(1 - sign * p, 0.0f);
                sum += margin * margin;
                if (gradient) {
                    gradient[j] = factor * share * (-2 * sign * margin);
                }
            }
            return sum * share;
        }
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing); }
};

} // namespace

LossType squared_hinge() {
    LossType type;
    type.name = "SquaredHinge";
    type.title = "Squared hinge";
    type.help = "As Hinge, but predictions on the wrong side cost more the further they are off.";
    type.formula = "mean(max(1 - target · prediction, 0)²)";
    type.aliases = {"squared_hinge"};
    bindLoss<SquaredHinge>(type);
    type.examples = {{{{}, {{5, 3}}, {{5, 3}}}, {{}, {{6}}, {{6, 1}}}, {{}, {{3, 4, 2}}, {{3, 4, 2}}}}};
    return type;
}

} // namespace weft::losses
