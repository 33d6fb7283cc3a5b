// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <algorithm>
#include <cmath>

namespace weft::losses {
namespace {

struct BinaryFocalCrossentropy {
    bool from_logits = false;
    double label_smoothing = 0.0;
    std::int64_t axis = -1;
    bool apply_class_balancing = false;
    double alpha = 0.25;
    double gamma = 2.0;
    std::string reduction = "sum_over_batch_size";

    static Binding<BinaryFocalCrossentropy> binding() {
        Binding<BinaryFocalCrossentropy> b;
        b("from_logits", &BinaryFocalCrossentropy::from_logits, "From logits", "The predictions are scores before a sigmoid.");
        b("label_smoothing", &BinaryFocalCrossentropy::label_smoothing, "Label smoothing", "Moves targets of 0 and 1 by half of this towards 0.5.").min(0).max(1);
        b("axis", &BinaryFocalCrossentropy::axis, "Axis", "What is summed over; only the last dimension is possible.").min(-1).max(-1).advanced();
        b("apply_class_balancing", &BinaryFocalCrossentropy::apply_class_balancing, "Balance classes", "Weighs the answer 1 by alpha and 0 by 1 - alpha.");
        b("alpha", &BinaryFocalCrossentropy::alpha, "Alpha", "Weight of the answer 1.").min(0).max(1).when("apply_class_balancing", true);
        b("gamma", &BinaryFocalCrossentropy::gamma, "Gamma", "How little counts what is predicted well; 0 makes it plain crossentropy.").min(0);
        addReduction(b);
        return b;
    }

    Pairing pair(const TensorSpec& target, const TensorSpec& prediction) const { return pairUp(target, prediction); }

    struct Op : RowwiseLoss {
        Op(const Pairing& pairing, const BinaryFocalCrossentropy& loss) : RowwiseLoss(pairing), m_fromLogits(loss.from_logits), m_balances(loss.apply_class_balancing), m_smoothing(static_cast<float>(loss.label_smoothing)),
              m_alpha(static_cast<float>(loss.alpha)), m_gamma(static_cast<float>(loss.gamma)) {}
        float row(std::int64_t width, const float* target, const float* prediction, float factor, float* gradient) const override {
            const float share = 1.0f / static_cast<float>(width);
            float sum = 0;
            for (std::int64_t j = 0; j < width; ++j) {
                const float t = target[j] * (1 - m_smoothing) + 0.5f * m_smoothing;
                const float p = m_fromLogits ? 1 / (1 + std::exp(-prediction[j])) : prediction[j];
                const float q = std::clamp(p, kProbabilityFloor, kProbabilityCeiling);
                const float entropy = -(t * std::log(q) + (1 - t) * std::log1p(-q));
                const float wrong = 1 - (t * p + (1 - t) * (1 - p));
                const float weight = m_balances ? t * m_alpha + (1 - t) * (1 - m_alpha) : 1.0f;
                const float focus = std::pow(wrong, m_gamma);
                sum += weight * focus * entropy;
                if (gradient) {
                    const float byEntropy = q == p ? (q - t) / (q * (1 - q)) : 0.0f;
                    const float byFocus = wrong > 0 ? m_gamma * std::pow(wrong, m_gamma - 1) * (1 - 2 * t) : 0.0f;
                    const float byScore = m_fromLogits ? p * (1 - p) : 1.0f;
                    gradient[j] = factor * share * weight * (focus * byEntropy + byFocus * entropy) * byScore;
                }
            }
            return sum * share;
        }

    private:
        bool m_fromLogits, m_balances;
        float m_smoothing, m_alpha, m_gamma;
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing, *this); }
};

} // namespace

LossType binary_focal_crossentropy() {
    LossType type;
    type.name = "BinaryFocalCrossentropy";
    type.title = "Binary focal crossentropy";
    type.help = "As binary crossentropy, but what is already predicted well counts little; for data in which one of the answers is rare.";
    type.formula = "-mean((1 - p)^gamma · log(p)), p the probability given to the right answer";
    type.aliases = {"binary_focal_crossentropy"};
    bindLoss<BinaryFocalCrossentropy>(type);
    type.examples = {{{}, {{5, 1}}, {{5, 1}}, 0, true},
                     {{{"from_logits", true}, {"gamma", 1.5}, {"apply_class_balancing", true}}, {{6}}, {{6, 1}}},
                     {{{"label_smoothing", 0.2}, {"alpha", 0.6}, {"apply_class_balancing", true}}, {{3, 2, 4}}, {{3, 2, 4}}, 0, true}};
    return type;
}

} // namespace weft::losses
