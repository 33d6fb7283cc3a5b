// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/broadcast.h"
#include "engine/layers/support.h"

#include <algorithm>

namespace weft::layers {
namespace {

class PReLUOp final : public LayerOp {
public:
    PReLUOp(const Shape& sample, const Shape& alpha) : m_perSample(sample.count()), m_alphaShape(alpha), m_broadcast(alpha, sample) {}

    Booking book(bool) const override { return {.needsInputs = true, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const float* alpha = pass.weights[0];
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const float* x = at(floatsOf(pass.inputs[0]), row, m_perSample);
            float* y = at(floatsOf(pass.outputs[0]), row, m_perSample);
            m_broadcast.forEach([&](std::int64_t a, std::int64_t i) { y[i] = x[i] > 0 ? x[i] : alpha[a] * x[i]; });
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        if (!pass.inputGradients[0]) {
            return;
        }
        const float* alpha = pass.weights[0];
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const float* x = at(floatsOf(pass.inputs[0]), row, m_perSample);
            const float* dy = at(pass.outputGradients[0], row, m_perSample);
            float* dx = at(pass.inputGradients[0], row, m_perSample);
            m_broadcast.forEach([&](std::int64_t a, std::int64_t i) {
                const float value = x[i] > 0 ? dy[i] : alpha[a] * dy[i];
                dx[i] = pass.accumulate[0] ? dx[i] + value : value;
            });
        }
    }

    void weightGradient(const Pass& pass, Part part, float*) const override {
        float* dAlpha = pass.weightGradients[0];
        if (!dAlpha) {
            return;
        }
        const std::int64_t width = m_alphaShape.rank() > 1 ? m_alphaShape.back() : 1;
        const Rows rows = partOf(m_alphaShape, part);
        const Rows own{rows.begin * width, rows.end * width};
        if (!pass.accumulateWeights) {
            std::fill(dAlpha + own.begin, dAlpha + own.end, 0.0F);
        }
        for (std::int64_t row = 0; row < pass.batch; ++row) {
            const float* x = at(floatsOf(pass.inputs[0]), row, m_perSample);
            const float* dy = at(pass.outputGradients[0], row, m_perSample);
            m_broadcast.forEach([&](std::int64_t a, std::int64_t i) {
                if (a >= own.begin && a < own.end && x[i] < 0) {
                    dAlpha[a] += x[i] * dy[i];
                }
            });
        }
    }

private:
    std::int64_t m_perSample;
    Shape m_alphaShape;
    Broadcast m_broadcast;
};

struct PReLU {
    Object alpha_initializer{"Zeros", {}};
    std::optional<std::vector<std::int64_t>> shared_axes;

    static Binding<PReLU> binding() {
        Binding<PReLU> b;
        b("alpha_initializer", &PReLU::alpha_initializer, "Alpha initializer", "What negative numbers are multiplied by before training.").from("initializers").advanced();
        b("shared_axes", &PReLU::shared_axes, "Shared axes",
          "Dimensions along which all numbers have one slope: 1, 2 for one slope for each channel of an image; none: each place has its own.")
            .min(1).max(64);
        return b;
    }

    /// A slope for each place of a sample; one for all along shared axes.
    Shape alpha(const Shape& in) const {
        Shape shape = in.withoutBatch();
        for (const std::int64_t axis : shared_axes.value_or(std::vector<std::int64_t>())) {
            shape[static_cast<int>(axis) - 1] = 1;
        }
        return shape;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        wantFloat(out, "PReLU", inputs);
        out.outputs.push_back({in, DType::float32});
        const auto shared = shared_axes.value_or(std::vector<std::int64_t>());
        if (std::any_of(shared.begin(), shared.end(), [&](std::int64_t axis) { return axis >= in.rank(); })) {
            out.problems.push_back({"axis", cat("PReLU cannot share slopes along ", Shape(shared).text(), ": not all are dimensions of ", sampleText(in), "."), -1,
                                    "shared_axes", {setParameter("Share none", "shared_axes", Value())}});
            return out;
        }
        const Shape shape = alpha(in);
        if (!shape.isKnown()) {
            out.problems.push_back({"unknown_size",
                                    cat("PReLU learns a slope for each place, but a size of ", sampleText(in), " is open. Share the slopes along it, or give it in the "
                                        "Shape of the Input."),
                                    0, "shared_axes", {}});
            return out;
        }
        out.weights.push_back({"alpha", shape, alpha_initializer});
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        return std::make_shared<PReLUOp>(inputs[0].shape.withoutBatch(), alpha(inputs[0].shape));
    }
};

} // namespace

LayerType p_re_lu() {
    using L = Value::List;
    LayerType t;
    t.name = "PReLU";
    t.family = Family::activation;
    t.help = "Hands on what is positive and multiplies what is negative by a slope that it learns.";
    t.formula = "y = x where x > 0, else alpha · x";
    t.synonyms = {"parametric rectifier", "learned slope", "leaky", "nonlinearity"};
    bindLayer<PReLU>(t);
    t.masks = passMask;
    t.examples = {{{}, {{{3, 7}}}}, {{{"shared_axes", L{1, 2}}}, {{{2, 3, 2, 5}}}}, {{{"shared_axes", L{1}}}, {{{2, 3, 4}}}}, {{}, {{{2, 2, 3}}}}};
    return t;
}

} // namespace weft::layers
