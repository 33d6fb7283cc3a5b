// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/losses/rowwise.h"
#include "engine/losses/softmax_row.h"

namespace weft::losses {
namespace {

struct SparseCategoricalCrossentropy {
    bool from_logits = false;
    std::optional<std::int64_t> ignore_class;
    std::int64_t axis = -1;
    std::string reduction = "sum_over_batch_size";

    static Binding<SparseCategoricalCrossentropy> binding() {
        Binding<SparseCategoricalCrossentropy> b;
        b("from_logits", &SparseCategoricalCrossentropy::from_logits, "From logits",
          "The predictions are scores before a softmax. Steadier than a softmax layer followed by this loss.");
        b("ignore_class", &SparseCategoricalCrossentropy::ignore_class, "Ignored class", "Targets of this class do not count.").advanced();
        b("axis", &SparseCategoricalCrossentropy::axis, "Axis", "Where the classes are; only the last dimension is possible.")
            .min(-1)
            .max(-1)
            .advanced();
        addReduction(b);
        return b;
    }

    Pairing pair(const TensorSpec& target, const TensorSpec& prediction) const { return pairClasses(target, prediction); }

    class Op : public LossOp {
    public:
        Op(const SparseCategoricalCrossentropy& loss, const Pairing& pairing)
            : m_values(pairing.values), m_width(pairing.width), m_fromLogits(loss.from_logits), m_ignored(loss.ignore_class) {}

        std::int64_t valuesPerSample() const override { return m_values; }

        void evaluate(Rows rows, const void* target, const float* prediction, float* values, const float* factors, float* gradient) const override {
            const auto* classes = static_cast<const std::int32_t*>(target);
            for (std::int64_t i = rows.begin * m_values; i < rows.end * m_values; ++i) {
                float* slope = gradient ? gradient + i * m_width : nullptr;
                if (isIgnored(classes[i])) {
                    values[i] = 0;
                    if (slope) {
                        std::fill(slope, slope + m_width, 0.0f);
                    }
                } else {
                    const float* row = prediction + i * m_width;
                    const float factor = slope ? factors[i] : 0.0f;
                    values[i] = m_fromLogits ? ofLogits(row, classes[i], factor, slope) : ofProbabilities(row, classes[i], factor, slope);
                }
            }
        }

        std::string checkTarget(Rows rows, const void* target) const override {
            const auto* classes = static_cast<const std::int32_t*>(target);
            for (std::int64_t i = rows.begin * m_values; i < rows.end * m_values; ++i) {
                if ((classes[i] < 0 || classes[i] >= m_width) && !isIgnored(classes[i])) {
                    return cat("a class number must be in 0..", m_width - 1, " for a prediction of ", m_width, " classes; it is ", classes[i], ".");
                }
            }
            return {};
        }

        bool leavesOut() const override { return m_ignored.has_value(); }

        void counted(Rows rows, const void* target, float* counts) const override {
            const auto* classes = static_cast<const std::int32_t*>(target);
            for (std::int64_t i = rows.begin * m_values; i < rows.end * m_values; ++i) {
                counts[i] = isIgnored(classes[i]) ? 0.0f : 1.0f;
            }
        }

    private:
        bool isIgnored(std::int32_t label) const { return m_ignored && *m_ignored == label; }

        float ofLogits(const float* logits, std::int32_t label, float factor, float* gradient) const {
            const float value = logSumExp(m_width, logits, gradient) - logits[label];
            if (gradient) {
                gradient[label] -= 1;
                for (std::int64_t j = 0; j < m_width; ++j) {
                    gradient[j] *= factor;
                }
            }
            return value;
        }

        /// Keras divides by the row's sum and clips before the logarithm; both are in the gradient.
        float ofProbabilities(const float* prediction, std::int32_t label, float factor, float* gradient) const {
            float sum = 0;
            for (std::int64_t j = 0; j < m_width; ++j) {
                sum += prediction[j];
            }
            const float q = prediction[label] / sum;
            const float clipped = std::clamp(q, kProbabilityFloor, kProbabilityCeiling);
            if (gradient) {
                const float live = clipped == q ? factor / sum : 0.0f;
                std::fill(gradient, gradient + m_width, live);
                gradient[label] -= live == 0 ? 0.0f : live / q;
            }
            return -std::log(clipped);
        }

        std::int64_t m_values, m_width;
        bool m_fromLogits;
        std::optional<std::int64_t> m_ignored;
    };

    std::shared_ptr<const LossOp> build(const Pairing& pairing) const { return std::make_shared<Op>(*this, pairing); }
};

} // namespace

LossType sparse_categorical_crossentropy() {
    LossType type;
    type.name = "SparseCategoricalCrossentropy";
    type.title = "Sparse categorical crossentropy";
    type.help = "For one class out of several, where the target is the number of the class.";
    type.formula = "-log(prediction[target])";
    type.aliases = {"sparse_categorical_crossentropy"};
    type.targetType = DType::int32;
    bindLoss<SparseCategoricalCrossentropy>(type);
    type.examples = {
        {{}, {{5}, DType::int32}, {{5, 4}}, 4, true},
        {{{"from_logits", true}}, {{5, 1}, DType::int32}, {{5, 4}}, 4},
        {{{"from_logits", true}, {"ignore_class", 2}}, {{4, 3}, DType::int32}, {{4, 3, 5}}, 5},
        {{{"ignore_class", 0}}, {{4, 3, 1}, DType::int32}, {{4, 3, 5}}, 5, true},
    };
    return type;
}

} // namespace weft::losses
