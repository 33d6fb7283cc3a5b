// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/support.h"

namespace weft::layers {

/// y = f.value(x), number by number; `slope(x)` is its derivative. F is a small struct that holds its parameters.
template <class F>
class PointwiseOp final : public LayerOp {
public:
    PointwiseOp(std::int64_t perSample, F f) : m_perSample(perSample), m_f(f) {}

    Booking book(bool) const override { return {.needsInputs = true, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const float* x = floatsOf(pass.inputs[0]);
        float* y = floatsOf(pass.outputs[0]);
        for (std::int64_t i = rows.begin * m_perSample; i < rows.end * m_perSample; ++i) {
            y[i] = m_f.value(x[i]);
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        float* dx = pass.inputGradients[0];
        if (!dx) {
            return;
        }
        const float* x = floatsOf(pass.inputs[0]);
        const float* dy = pass.outputGradients[0];
        for (std::int64_t i = rows.begin * m_perSample; i < rows.end * m_perSample; ++i) {
            const float value = dy[i] * m_f.slope(x[i]);
            dx[i] = pass.accumulate[0] ? dx[i] + value : value;
        }
    }

private:
    std::int64_t m_perSample;
    F m_f;
};

/// The op of `f` for these inputs.
template <class F>
std::shared_ptr<const LayerOp> pointwiseOp(std::span<const TensorSpec> inputs, F f) {
    return std::make_shared<PointwiseOp<F>>(inputs[0].shape.count(1), f);
}

/// The output has the shape of the input; problem: `dtype`.
inline Inference inferPointwise(std::string_view layer, std::span<const TensorSpec> inputs) {
    Inference out;
    wantFloat(out, layer, inputs);
    out.outputs.push_back({inputs[0].shape, DType::float32});
    return out;
}

/// A straight line of slope `below` up to `threshold`, what comes in above it, at most `largest`.
struct Rectifier {
    float below = 0, threshold = 0, largest = 0;
    float value(float x) const { return x > threshold ? (x < largest ? x : largest) : below * (x - threshold); }
    float slope(float x) const { return x > threshold ? (x <= largest ? 1.0F : 0.0F) : below; }
};

} // namespace weft::layers
