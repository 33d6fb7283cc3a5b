// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/support.h"

#include <algorithm>
#include <cmath>

namespace weft::layers {
namespace {

/// Along the middle of (outer, count, inner).
class UnitNormalizationOp final : public LayerOp {
public:
    UnitNormalizationOp(std::int64_t outer, std::int64_t count, std::int64_t inner) : m_outer(outer), m_count(count), m_inner(inner) {}

    Booking book(bool) const override { return {.needsInputs = true, .needsOutputs = true}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const float* x = floatsOf(pass.inputs[0]);
        float* y = floatsOf(pass.outputs[0]);
        eachVector(rows, [&](std::int64_t start) {
            const float scale = inverse(x, start);
            for (std::int64_t i = 0; i < m_count; ++i) {
                y[start + i * m_inner] = x[start + i * m_inner] * scale;
            }
        });
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        float* dx = pass.inputGradients[0];
        if (!dx) {
            return;
        }
        const float* x = floatsOf(pass.inputs[0]);
        const float* y = floatsOf(pass.outputs[0]);
        const float* dy = pass.outputGradients[0];
        eachVector(rows, [&](std::int64_t start) {
            const float scale = inverse(x, start);
            float along = 0;
            for (std::int64_t i = start; i < start + m_count * m_inner; i += m_inner) {
                along += y[i] * dy[i];
            }
            for (std::int64_t i = start; i < start + m_count * m_inner; i += m_inner) {
                const float value = scale * (dy[i] - along * y[i]);
                dx[i] = pass.accumulate[0] ? dx[i] + value : value;
            }
        });
    }

private:
    template <class F>
    void eachVector(Rows rows, F f) const {
        for (std::int64_t line = rows.begin * m_outer; line < rows.end * m_outer; ++line) {
            for (std::int64_t i = 0; i < m_inner; ++i) {
                f(line * m_count * m_inner + i);
            }
        }
    }
    /// 1 / the length of a vector, at most 1e7 as in Keras.
    float inverse(const float* x, std::int64_t start) const {
        float squares = 0;
        for (std::int64_t i = start; i < start + m_count * m_inner; i += m_inner) {
            squares += x[i] * x[i];
        }
        return std::min(1 / std::sqrt(squares), 1e7F);
    }

    std::int64_t m_outer, m_count, m_inner;
};

struct UnitNormalization {
    std::int64_t axis = -1;

    static Binding<UnitNormalization> binding() {
        Binding<UnitNormalization> b;
        b("axis", &UnitNormalization::axis, "Axis", "The dimension along which vectors lie: -1 is the last one, 1 the first after the batch.").min(-64).max(64);
        return b;
    }

    int axisIn(const Shape& in) const { return static_cast<int>(axis < 0 ? axis + in.rank() : axis); }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        wantFloat(out, "UnitNormalization", inputs);
        if (in.rank() < 2) {
            out.problems.push_back({"rank",
                                    "UnitNormalization takes a list of numbers for each sample, but what comes in is a single number per sample. Flatten makes a "
                                    "list of one number of it.",
                                    0, {}, {insertBefore("Insert Flatten", "Flatten")}});
            return out;
        }
        if (axisIn(in) < 1 || axisIn(in) >= in.rank()) {
            out.problems.push_back({"axis",
                                    cat("UnitNormalization cannot work along axis ", axis, ": it is none of the dimensions of ", sampleText(in), ". Use -1 for the last."),
                                    -1, "axis", {setParameter("Use the last dimension", "axis", -1)}});
        }
        out.outputs.push_back({in, DType::float32});
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const Shape& in = inputs[0].shape;
        std::int64_t outer = 1;
        for (int a = 1; a < axisIn(in); ++a) {
            outer *= in[a];
        }
        return std::make_shared<UnitNormalizationOp>(outer, in[axisIn(in)], in.count(axisIn(in) + 1));
    }
};

} // namespace

LayerType unit_normalization() {
    LayerType t;
    t.name = "UnitNormalization";
    t.family = Family::normalization;
    t.help = "Makes every vector 1 long and keeps its direction.";
    t.formula = "y = x / |x|";
    t.synonyms = {"L2 normalize", "normalise", "unit length", "direction"};
    t.keyParameters = {"axis"};
    bindLayer<UnitNormalization>(t);
    t.masks = passMask;
    t.examples = {{{}, {{{3, 7}}}}, {{{"axis", 1}}, {{{2, 5, 3}}}}, {{{"axis", -2}}, {{{2, 2, 3, 4}}}}};
    return t;
}

} // namespace weft::layers
