// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

#include <algorithm>
#include <cmath>

namespace weft::losses {
namespace {

struct BinaryCrossentropy {
    bool from_logits = false;
    double label_smoothing = 0.0;
    std::int64_t axis = -1;
    std::string reduction = "sum_over_batch_size";

    static Binding<BinaryCrossentropy> binding() {
        Binding<BinaryCrossentropy> b;
        b("from_logits", &BinaryCrossentropy::from_logits, "From logits",
          "The predictions are scores before a sigmoid. Steadier than a sigmoid followed by this loss.");
        b("label_smoothing", &BinaryCrossentropy::label_smoothing, "Label smoothing", "Moves targets of 0 and 1 by half of this towards 0.5.")
            .min(0)
            .max(1);
        b("axis", &BinaryCrossentropy::axis, "Axis", "What is averaged over; only the last dimension is possible.").min(-1).max(-1).advanced();
        addReduction(b);
        return b;
    }

    Pairing pair(const TensorSpec& target, const TensorSpec& prediction) const { return pairUp(target, prediction); }

    struct Op : RowwiseLoss {
        Op(const Pairing& pairing, bool fromLogits, float smoothing) : RowwiseLoss(pairing), m_fromLogits(fromLogits), m_smoothing(smoothing) {}

        float row(std::int64_t width, const float* target, const float* prediction, float factor, float* gradient) const override {
            const float share = 1.0f / static_cast<float>(width);
            float sum = 0;
            for (std::int64_t j = 0; j < width; ++j) {
                const float t = target[j] * (1 - m_smoothing) + 0.5f * m_smoothing;
                float slope = 0;
                sum += m_fromLogits ? ofLogit(t, prediction[j], slope) : ofProbability(t, prediction[j], slope);
                if (gradient) {
                    gradient[j] = factor * share * slope;
                }
            }
            return sum * share;
        }

        static float ofLogit(float t, float x, float& slope) {
            const float e = std::exp(-std::fabs(x));
            slope = (x >= 0 ? 1 / (1 + e) : e / (1 + e)) - t;
            return std::max(x, 0.0f) - x * t + std::log1p(e);
        }

        static float ofProbability(float t, float p, float& slope) {
            const float q = std::clamp(p, kProbabilityFloor, kProbabilityCeiling);
            slope = q == p ? (q - t) / (q * (1 - q)) : 0.0f;
            return -(t * std::log(q) + (1 - t) * std::log1p(-q));
        }

        bool m_fromLogits;
        float m_smoothing;
    };

    std::shared_ptr<const LossOp> build(const Pairing& pairing) const {
        return std::make_shared<Op>(pairing, from_logits, static_cast<float>(label_smoothing));
    }
};

} // namespace

LossType binary_crossentropy() {
    LossType type;
    type.name = "BinaryCrossentropy";
    type.title = "Binary crossentropy";
    type.help = "For yes or no, or for several questions at once, where targets are 0 or 1.";
    type.formula = "-mean(target · log(prediction) + (1 - target) · log(1 - prediction))";
    type.aliases = {"binary_crossentropy", "bce", "BCE"};
    bindLoss<BinaryCrossentropy>(type);
    type.examples = {
        {{}, {{5, 1}}, {{5, 1}}, 0, true},
        {{{"from_logits", true}}, {{6}}, {{6, 1}}},
        {{{"label_smoothing", 0.2}}, {{3, 2, 4}}, {{3, 2, 4}}, 0, true},
        {{{"from_logits", true}, {"label_smoothing", 0.1}}, {{5, 3}}, {{5, 3}}},
    };
    return type;
}

} // namespace weft::losses
