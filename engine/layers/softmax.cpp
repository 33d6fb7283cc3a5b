// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/support.h"

#include <algorithm>
#include <cmath>

namespace weft::layers {
namespace {

/// Along the middle of (outer, count, inner).
class SoftmaxOp final : public LayerOp {
public:
    SoftmaxOp(std::int64_t outer, std::int64_t count, std::int64_t inner) : m_outer(outer), m_count(count), m_inner(inner) {}

    OutputRange outputRange() const override { return m_inner == 1 ? OutputRange::distribution : OutputRange::unit; }
    Booking book(bool) const override { return {.needsInputs = false, .needsOutputs = true}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const std::int64_t first = rows.begin * m_outer;
        const std::int64_t lines = rows.count() * m_outer;
        const float* x = at(floatsOf(pass.inputs[0]), first, m_count * m_inner);
        float* y = at(floatsOf(pass.outputs[0]), first, m_count * m_inner);
        if (m_inner == 1) {
            kernels::activate(kernels::Activation::softmax, x, y, lines, m_count);
            return;
        }
        for (std::int64_t line = 0; line < lines * m_inner; ++line) {
            const std::int64_t start = line / m_inner * m_count * m_inner + line % m_inner;
            float largest = x[start];
            for (std::int64_t i = 1; i < m_count; ++i) {
                largest = std::max(largest, x[start + i * m_inner]);
            }
            float sum = 0;
            for (std::int64_t i = 0; i < m_count; ++i) {
                y[start + i * m_inner] = std::exp(x[start + i * m_inner] - largest);
                sum += y[start + i * m_inner];
            }
            for (std::int64_t i = 0; i < m_count; ++i) {
                y[start + i * m_inner] /= sum;
            }
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        if (!pass.inputGradients[0]) {
            return;
        }
        const std::int64_t first = rows.begin * m_outer;
        const std::int64_t lines = rows.count() * m_outer;
        const float* y = at(floatsOf(pass.outputs[0]), first, m_count * m_inner);
        const float* dy = at(pass.outputGradients[0], first, m_count * m_inner);
        float* dx = at(pass.inputGradients[0], first, m_count * m_inner);
        for (std::int64_t line = 0; line < lines * m_inner; ++line) {
            const std::int64_t start = line / m_inner * m_count * m_inner + line % m_inner;
            float mean = 0;
            for (std::int64_t i = 0; i < m_count; ++i) {
                mean += y[start + i * m_inner] * dy[start + i * m_inner];
            }
            for (std::int64_t i = 0; i < m_count; ++i) {
                const std::int64_t at = start + i * m_inner;
                const float value = y[at] * (dy[at] - mean);
                dx[at] = pass.accumulate[0] ? dx[at] + value : value;
            }
        }
    }

private:
    std::int64_t m_outer, m_count, m_inner;
};

struct Softmax {
    std::int64_t axis = -1;

    static Binding<Softmax> binding() {
        Binding<Softmax> b;
        b("axis", &Softmax::axis, "Axis", "The dimension along which the numbers sum to 1: -1 is the last one, 1 the first after the batch.").min(-64).max(64);
        return b;
    }

    int axisIn(const Shape& in) const { return static_cast<int>(axis < 0 ? axis + in.rank() : axis); }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        wantFloat(out, "Softmax", inputs);
        if (in.rank() < 2) {
            out.problems.push_back({"rank",
                                    "Softmax compares the numbers of one sample with each other, but each sample has only one number here. Flatten makes a list of "
                                    "one number of it.",
                                    0, {}, {insertBefore("Insert Flatten", "Flatten")}});
            return out;
        }
        if (axisIn(in) < 1 || axisIn(in) >= in.rank()) {
            out.problems.push_back({"axis", cat("Softmax cannot work along axis ", axis, ": it is none of the dimensions of ", sampleText(in), ". Use -1 for the last."),
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
        return std::make_shared<SoftmaxOp>(outer, in[axisIn(in)], in.count(axisIn(in) + 1));
    }
};

} // namespace

LayerType softmax() {
    LayerType t;
    t.name = "Softmax";
    t.family = Family::activation;
    t.help = "Turns numbers into shares of a whole: all between 0 and 1, and together 1.";
    t.formula = "y = eˣ / Σ eˣ";
    t.synonyms = {"probabilities", "classifier", "normalize", "shares"};
    t.keyParameters = {"axis"};
    bindLayer<Softmax>(t);
    t.masks = passMask;
    t.examples = {{{}, {{{3, 17}}}}, {{{"axis", 1}}, {{{2, 5, 3}}}}, {{{"axis", -2}}, {{{2, 2, 3, 4}}}}, {{{"axis", 2}}, {{{2, 2, 7}}}}};
    return t;
}

} // namespace weft::layers
