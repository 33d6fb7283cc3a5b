// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"
#include "engine/losses/softmax_row.h"

namespace weft::losses {
namespace {

struct CategoricalCrossentropy {
    bool from_logits = false;
    double label_smoothing = 0.0;
    std::int64_t axis = -1;
    std::string reduction = "sum_over_batch_size";

    static Binding<CategoricalCrossentropy> binding() {
        Binding<CategoricalCrossentropy> b;
        b("from_logits", &CategoricalCrossentropy::from_logits, "From logits",
          "The predictions are scores before a softmax. Steadier than a softmax layer followed by this loss.");
        b("label_smoothing", &CategoricalCrossentropy::label_smoothing, "Label smoothing", "Moves this share of the target evenly to all classes.")
            .min(0)
            .max(1);
        b("axis", &CategoricalCrossentropy::axis, "Axis", "Where the classes are; only the last dimension is possible.").min(-1).max(-1).advanced();
        addReduction(b);
        return b;
    }

    Pairing pair(const TensorSpec& target, const TensorSpec& prediction) const { return pairUp(target, prediction); }

    struct FromLogits : RowwiseLoss {
        FromLogits(const Pairing& pairing, float smoothing) : RowwiseLoss(pairing), m_smoothing(smoothing) {}
        float row(std::int64_t width, const float* target, const float* logits, float factor, float* gradient) const override {
            const float spread = m_smoothing / static_cast<float>(width);
            const float logSum = logSumExp(width, logits, gradient);
            float mass = 0;
            float value = 0;
            for (std::int64_t j = 0; j < width; ++j) {
                const float t = target[j] * (1 - m_smoothing) + spread;
                mass += t;
                value += t * (logSum - logits[j]);
            }
            for (std::int64_t j = 0; gradient && j < width; ++j) {
                gradient[j] = factor * (mass * gradient[j] - (target[j] * (1 - m_smoothing) + spread));
            }
            return value;
        }
        float m_smoothing;
    };

    /// Keras divides by the row's sum and clips before the logarithm; both are in the gradient.
    struct FromProbabilities : RowwiseLoss {
        FromProbabilities(const Pairing& pairing, float smoothing) : RowwiseLoss(pairing), m_smoothing(smoothing) {}
        float row(std::int64_t width, const float* target, const float* prediction, float factor, float* gradient) const override {
            const float spread = m_smoothing / static_cast<float>(width);
            float sum = 0;
            for (std::int64_t j = 0; j < width; ++j) {
                sum += prediction[j];
            }
            float value = 0;
            float pull = 0; // sum of dL/dq q
            for (std::int64_t j = 0; j < width; ++j) {
                const float t = target[j] * (1 - m_smoothing) + spread;
                const float q = prediction[j] / sum;
                const float clipped = std::clamp(q, kProbabilityFloor, kProbabilityCeiling);
                value -= t * std::log(clipped);
                if (gradient) {
                    gradient[j] = clipped == q ? -t / q : 0.0f;
                    pull += gradient[j] * q;
                }
            }
            for (std::int64_t j = 0; gradient && j < width; ++j) {
                gradient[j] = factor * (gradient[j] - pull) / sum;
            }
            return value;
        }
        float m_smoothing;
    };

    std::shared_ptr<const LossOp> build(const Pairing& pairing) const {
        const auto smoothing = static_cast<float>(label_smoothing);
        if (from_logits) {
            return std::make_shared<FromLogits>(pairing, smoothing);
        }
        return std::make_shared<FromProbabilities>(pairing, smoothing);
    }
};

} // namespace

LossType categorical_crossentropy() {
    LossType type;
    type.name = "CategoricalCrossentropy";
    type.title = "Categorical crossentropy";
    type.help = "For one class out of several, where the target has a number per class (one-hot).";
    type.formula = "-sum(target · log(prediction))";
    type.aliases = {"categorical_crossentropy"};
    bindLoss<CategoricalCrossentropy>(type);
    type.examples = {
        {{}, {{5, 4}}, {{5, 4}}, 0, true},
        {{{"from_logits", true}}, {{5, 4}}, {{5, 4}}},
        {{{"label_smoothing", 0.1}}, {{3, 2, 4}}, {{3, 2, 4}}, 0, true},
        {{{"from_logits", true}, {"label_smoothing", 0.2}}, {{3, 2, 4}}, {{3, 2, 4}}},
    };
    return type;
}

} // namespace weft::losses
