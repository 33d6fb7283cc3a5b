// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <algorithm>
#include <cmath>

namespace weft::losses {
namespace {

struct Hinge {
    std::string reduction = "sum_over_batch_size";

    static Binding<Hinge> binding() {
        Binding<Hinge> b;
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
                const float margin = 1 - sign * p;
                sum += std::max(margin, 0.0f);
                if (gradient) {
                    gradient[j] = factor * share * (margin > 0 ? -sign : 0.0f);
                }
            }
            return sum * share;
        }
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing); }
};

} // namespace

LossType hinge() {
    LossType type;
    type.name = "Hinge";
    type.title = "Hinge";
    type.help = "For yes or no with targets of -1 and 1 (0 counts as -1): every prediction beyond the right side by 1 costs nothing.";
    type.formula = "mean(max(1 - target · prediction, 0))";
    type.aliases = {"hinge"};
    bindLoss<Hinge>(type);
    type.examples = {{{{}, {{5, 3}}, {{5, 3}}}, {{}, {{6}}, {{6, 1}}}, {{}, {{3, 4, 2}}, {{3, 4, 2}}}}};
    return type;
}

} // namespace weft::losses
