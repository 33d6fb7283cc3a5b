// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <algorithm>
#include <cmath>

namespace weft::losses {
namespace {

struct CategoricalHinge {
    std::string reduction = "sum_over_batch_size";

    static Binding<CategoricalHinge> binding() {
        Binding<CategoricalHinge> b;
        addReduction(b);
        return b;
    }

    Pairing pair(const TensorSpec& target, const TensorSpec& prediction) const { return pairUp(target, prediction); }

    struct Op : RowwiseLoss {
        using RowwiseLoss::RowwiseLoss;
        float row(std::int64_t width, const float* target, const float* prediction, float factor, float* gradient) const override {
            float right = 0;
            std::int64_t rival = 0;
            for (std::int64_t j = 0; j < width; ++j) {
                right += target[j] * prediction[j];
                rival = (1 - target[j]) * prediction[j] > (1 - target[rival]) * prediction[rival] ? j : rival;
            }
            const float value = std::max((1 - target[rival]) * prediction[rival] - right + 1, 0.0f);
            for (std::int64_t j = 0; gradient && j < width; ++j) {
                gradient[j] = value > 0 ? factor * ((j == rival ? 1 - target[j] : 0.0f) - target[j]) : 0.0f;
            }
            return value;
        }
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing); }
};

} // namespace

LossType categorical_hinge() {
    LossType type;
    type.name = "CategoricalHinge";
    type.title = "Categorical hinge";
    type.help = "For one of several classes: the right class must be ahead of every other by 1.";
    type.formula = "max(max((1 - target) · prediction) - Σ target · prediction + 1, 0)";
    type.aliases = {"categorical_hinge"};
    bindLoss<CategoricalHinge>(type);
    type.examples = {{{}, {{5, 3}}, {{5, 3}}}, {{}, {{3, 4, 2}}, {{3, 4, 2}}}};
    return type;
}

} // namespace weft::losses
