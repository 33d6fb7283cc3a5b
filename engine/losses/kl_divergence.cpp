// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <algorithm>
#include <cmath>

namespace weft::losses {
namespace {

struct KLDivergence {
    std::string reduction = "sum_over_batch_size";

    static Binding<KLDivergence> binding() {
        Binding<KLDivergence> b;
        addReduction(b);
        return b;
    }

    Pairing pair(const TensorSpec& target, const TensorSpec& prediction) const { return pairUp(target, prediction); }

    struct Op : RowwiseLoss {
        using RowwiseLoss::RowwiseLoss;
        float row(std::int64_t width, const float* target, const float* prediction, float factor, float* gradient) const override {
            float sum = 0;
            for (std::int64_t j = 0; j < width; ++j) {
                const float t = std::clamp(target[j], kProbabilityFloor, 1.0f);
                const float p = std::clamp(prediction[j], kProbabilityFloor, 1.0f);
                sum += t * std::log(t / p);
                if (gradient) {
                    gradient[j] = p == prediction[j] ? -factor * t / p : 0.0f;
                }
            }
            return sum;
        }
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing); }
};

} // namespace

LossType kl_divergence() {
    LossType type;
    type.name = "KLDivergence";
    type.title = "KL divergence";
    type.help = "How far one distribution is from another: targets are shares that sum to 1.";
    type.formula = "Σ target · log(target / prediction)";
    type.aliases = {"kl_divergence", "kld", "KLD", "kullback_leibler_divergence"};
    bindLoss<KLDivergence>(type);
    type.examples = {{{}, {{5, 3}}, {{5, 3}}, 0, true}, {{}, {{2, 4, 3}}, {{2, 4, 3}}, 0, true}};
    return type;
}

} // namespace weft::losses
