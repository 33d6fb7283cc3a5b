// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <algorithm>
#include <cmath>

namespace weft::losses {
namespace {

struct CategoricalFocalCrossentropy {
    bool from_logits = false;
    double label_smoothing = 0.0;
    std::int64_t axis = -1;
    double alpha = 0.25;
    double gamma = 2.0;
    std::string reduction = "sum_over_batch_size";

    static Binding<CategoricalFocalCrossentropy> binding() {
        Binding<CategoricalFocalCrossentropy> b;
        b("from_logits", &CategoricalFocalCrossentropy::from_logits, "From logits", "The predictions are scores before a softmax.");
        b("label_smoothing", &CategoricalFocalCrossentropy::label_smoothing, "Label smoothing", "Takes this share of the target and gives it to all classes alike.").min(0).max(1);
        b("axis", &CategoricalFocalCrossentropy::axis, "Axis", "What is summed over; only the last dimension is possible.").min(-1).max(-1).advanced();
        b("alpha", &CategoricalFocalCrossentropy::alpha, "Alpha", "What the whole is multiplied by.").min(0);
        b("gamma", &CategoricalFocalCrossentropy::gamma, "Gamma", "How little counts what is predicted well; 0 makes it plain crossentropy.").min(0);
        addReduction(b);
        return b;
    }

    Pairing pair(const TensorSpec& target, const TensorSpec& prediction) const { return pairUp(target, prediction); }

    struct Op : RowwiseLoss {
        Op(const Pairing& pairing, const CategoricalFocalCrossentropy& loss) : RowwiseLoss(pairing), m_fromLogits(loss.from_logits), m_smoothing(static_cast<float>(loss.label_smoothing)), m_alpha(static_cast<float>(loss.alpha)),
              m_gamma(static_cast<float>(loss.gamma)) {}
        float row(std::int64_t width, const float* target, const float* prediction, float factor, float* gradient) const override {
            float largest = prediction[0];
            for (std::int64_t j = 1; j < width; ++j) {
                largest = std::max(largest, prediction[j]);
            }
            const auto raw = [&](std::int64_t j) { return m_fromLogits ? std::exp(prediction[j] - largest) : prediction[j]; };
            float total = 0;
            for (std::int64_t j = 0; j < width; ++j) {
                total += raw(j);
            }
            float sum = 0;
            float mean = 0; // of the slopes, by probability: what a larger total costs
            const auto slopeAt = [&](std::int64_t j, float& value) {
                const float t = target[j] * (1 - m_smoothing) + m_smoothing / static_cast<float>(width);
                const float p = raw(j) / total;
                const float q = std::clamp(p, kProbabilityFloor, kProbabilityCeiling);
                value = -m_alpha * std::pow(1 - q, m_gamma) * t * std::log(q);
                return q == p ? m_alpha * t * (m_gamma * std::pow(1 - q, m_gamma - 1) * std::log(q) - std::pow(1 - q, m_gamma) / q) : 0.0f;
            };
            for (std::int64_t j = 0; j < width; ++j) {
                float value = 0;
                mean += slopeAt(j, value) * raw(j) / total;
                sum += value;
            }
            for (std::int64_t j = 0; gradient && j < width; ++j) {
                float value = 0;
                const float slope = (slopeAt(j, value) - mean) / total;
                gradient[j] = factor * slope * (m_fromLogits ? raw(j) : 1.0f);
            }
            return sum;
        }

    private:
        bool m_fromLogits;
        float m_smoothing, m_alpha, m_gamma;
    };
    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(pairing, *this); }
};

} // namespace

LossType categorical_focal_crossentropy() {
    LossType type;
    type.name = "CategoricalFocalCrossentropy";
    type.title = "Categorical focal crossentropy";
    type.help = "As categorical crossentropy, but what is already predicted well counts little; for data in which some classes are rare.";
    type.formula = "-Σ alpha · (1 - p)^gamma · target · log(p)";
    type.aliases = {"categorical_focal_crossentropy"};
    bindLoss<CategoricalFocalCrossentropy>(type);
    type.examples = {{{}, {{5, 3}}, {{5, 3}}, 0, true},
                     {{{"from_logits", true}, {"gamma", 1.5}, {"alpha", 0.5}}, {{6, 4}}, {{6, 4}}},
                     {{{"label_smoothing", 0.2}}, {{3, 2, 4}}, {{3, 2, 4}}, 0, true}};
    return type;
}

} // namespace weft::losses
