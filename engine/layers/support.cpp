// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/support.h"

#include "engine/base/text.h"

#include <algorithm>
#include <cstring>

namespace weft::layers {
namespace {

class CopyOp final : public LayerOp {
public:
    CopyOp(std::int64_t perSample, std::size_t elementSize) : m_perSample(perSample), m_rowBytes(static_cast<std::size_t>(perSample) * elementSize) {}

    Booking book(bool) const override { return {.needsInputs = false, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const auto offset = static_cast<std::size_t>(rows.begin) * m_rowBytes;
        const char* in = static_cast<const char*>(pass.inputs[0]) + offset;
        if (char* out = static_cast<char*>(pass.outputs[0]) + offset; out != in) {
            std::memcpy(out, in, static_cast<std::size_t>(rows.count()) * m_rowBytes);
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        if (float* dx = pass.inputGradients[0]) {
            kernels::scaled(1.0F, at(pass.outputGradients[0], rows.begin, m_perSample), at(dx, rows.begin, m_perSample), rows.count() * m_perSample,
                            pass.accumulate[0]);
        }
    }

private:
    std::int64_t m_perSample;
    std::size_t m_rowBytes;
};

/// Sizes are bounded so that the bytes of a float tensor still fit in 63 bits.
bool countable(const Shape& shape) {
    std::vector<std::int64_t> known;
    std::copy_if(shape.dims().begin(), shape.dims().end(), std::back_inserter(known), [](std::int64_t d) { return d != kUnknown; });
    const auto count = Shape(std::move(known)).elementCount();
    return count && *count < (std::int64_t{1} << 56);
}

} // namespace

std::string sampleText(const Shape& shape) { return shape.rank() == 1 ? "one number" : shape.wireText(); }

bool wantFloat(Inference& out, std::string_view layer, std::span<const TensorSpec> inputs) {
    bool fine = true;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i].dtype != DType::float32) {
            fine = false;
            out.problems.push_back({"dtype",
                                    cat(layer, " calculates with numbers of type float32, but what comes in is ", nameOf(inputs[i].dtype),
                                        ". Set the Dtype of the Input that it comes from to float32."),
                                    static_cast<int>(i), {}, {}});
        }
    }
    return fine;
}

void checkSizes(Inference& out) {
    const bool fine = std::all_of(out.outputs.begin(), out.outputs.end(), [](const TensorSpec& s) { return countable(s.shape); }) &&
                      std::all_of(out.weights.begin(), out.weights.end(), [](const WeightSpec& w) { return countable(w.shape); });
    if (!fine) {
        out.problems.push_back({"too_large", "These sizes multiply to more numbers than any computer can hold. Choose smaller ones.", -1, {}, {}});
    }
}

FixHint setParameter(std::string text, std::string name, Value value) {
    return {FixHint::Kind::setParameter, std::move(text), std::move(name), std::move(value), {}};
}

FixHint insertBefore(std::string text, std::string type, ParamMap params) {
    return {FixHint::Kind::insertBefore, std::move(text), std::move(type), {}, std::move(params)};
}

std::vector<std::string> activationChoices() {
    const auto& names = kernels::activationNames();
    return {names.begin(), names.end()};
}

kernels::Activation activationOf(const std::string& name) {
    kernels::Activation activation = kernels::Activation::linear;
    kernels::activationNamed(name, activation);
    return activation;
}

OutputRange rangeOf(kernels::Activation a) {
    switch (a) {
    case kernels::Activation::softmax: return OutputRange::distribution;
    case kernels::Activation::sigmoid:
    case kernels::Activation::hard_sigmoid:
    case kernels::Activation::sparse_sigmoid: return OutputRange::unit;
    default: return OutputRange::any;
    }
}

bool isElementwise(kernels::Activation a) {
    using enum kernels::Activation;
    return a != softmax && a != log_softmax && a != sparsemax;
}

void transpose(const float* in, float* out, std::int64_t rows, std::int64_t columns, bool accumulate) {
    constexpr std::int64_t tile = 16; // so that a tile's lines of both sides stay in the first cache
    for (std::int64_t r0 = 0; r0 < rows; r0 += tile) {
        for (std::int64_t c0 = 0; c0 < columns; c0 += tile) {
            for (std::int64_t r = r0; r < std::min(r0 + tile, rows); ++r) {
                for (std::int64_t c = c0; c < std::min(c0 + tile, columns); ++c) {
                    const float value = in[c * rows + r];
                    float& target = out[r * columns + c];
                    target = accumulate ? target + value : value;
                }
            }
        }
    }
}

std::shared_ptr<const LayerOp> copyOp(std::int64_t perSample, std::size_t elementSize) { return std::make_shared<CopyOp>(perSample, elementSize); }

} // namespace weft::layers
