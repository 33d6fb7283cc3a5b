// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/convolution.h"

#include "engine/base/text.h"

#include <algorithm>

namespace weft::layers {
namespace {

using kernels::Activation;

/// The kernels count channels last; with channels first, every image is turned on the way in and on the way out.
class ConvolutionOp final : public LayerOp {
public:
    ConvolutionOp(const kernels::Window2D& window, Activation activation, bool useBias, bool channelsFirst, bool depthwise)
        : m_window(window), m_depthwise(depthwise), m_activation(activation), m_useBias(useBias), m_first(channelsFirst), m_keepsZ(kernels::gradientNeedsInput(activation)),
          m_cellsIn(window.inHeight * window.inWidth), m_cellsOut(window.outHeight * window.outWidth), m_in(m_cellsIn * window.inChannels),
          m_out(m_cellsOut * window.outChannels), m_convolutionScratch(kernels::convolutionScratch(window)),
          m_kernelShape(depthwise ? Shape{window.kernelHeight, window.kernelWidth, window.inChannels, window.outChannels / window.inChannels}
                                : Shape{window.kernelHeight, window.kernelWidth, window.inChannels / window.groups, window.outChannels}),
          m_biasShape{window.outChannels} {}

    OutputRange outputRange() const override { return rangeOf(m_activation); }

    Booking book(bool training) const override {
        return {.stashBytesPerSample = training ? static_cast<std::size_t>(turnedFloats() + gradientFloats() + (m_keepsZ ? m_out : 0)) * sizeof(float) : 0,
                .scratchFloats = m_convolutionScratch + (m_first ? static_cast<std::size_t>(m_in + m_out) : 0),
                .needsInputs = !m_first,
                .needsOutputs = m_activation != Activation::linear};
    }

    void forward(const Pass& pass, Rows rows, float* scratch) const override {
        const bool keep = m_keepsZ && pass.training;
        const bool fused = !keep && isElementwise(m_activation);
        const Activation inside = fused ? m_activation : Activation::linear;
        const float* bias = m_useBias ? pass.weights[1] : nullptr;
        const float* x = at(floatsOf(pass.inputs[0]), rows.begin, m_in);
        float* y = at(floatsOf(pass.outputs[0]), rows.begin, m_out);
        float* z = keep ? at(stashedZ(pass), rows.begin, m_out) : y;
        if (!m_first) {
            kernels::convolution(m_window, rows.count(), x, pass.weights[0], bias, inside, z, scratch);
        } else {
            for (std::int64_t i = 0; i < rows.count(); ++i) {
                float* turned = pass.training ? at(floatsOf(pass.stash), rows.begin + i, m_in) : scratch + m_convolutionScratch;
                float* result = scratch + m_convolutionScratch + m_in;
                transpose(x + i * m_in, turned, m_cellsIn, m_window.inChannels, false);
                kernels::convolution(m_window, 1, turned, pass.weights[0], bias, inside, result, scratch);
                transpose(result, z + i * m_out, m_window.outChannels, m_cellsOut, false);
            }
        }
        if (!fused) {
            kernels::activate(m_activation, z, y, rows.count() * m_out / columns(), columns());
        }
    }

    void backward(const Pass& pass, Rows rows, float* scratch) const override {
        const float* z = m_keepsZ ? at(stashedZ(pass), rows.begin, m_out) : nullptr;
        const float* y = at(floatsOf(pass.outputs[0]), rows.begin, m_out);
        const float* dy = at(pass.outputGradients[0], rows.begin, m_out);
        float* dx = pass.inputGradients[0] ? at(pass.inputGradients[0], rows.begin, m_in) : nullptr;
        if (!m_first) {
            const float* dz = dy;
            if (m_activation != Activation::linear) {
                float* target = at(stashedGradient(pass), rows.begin, m_out);
                kernels::activateGradient(m_activation, z, y, dy, target, rows.count() * m_cellsOut, m_window.outChannels, false);
                dz = target;
            }
            if (dx) {
                kernels::convolutionInputGradient(m_window, rows.count(), dz, pass.weights[0], dx, pass.accumulate[0], scratch);
            }
            return;
        }
        float* image = scratch + m_convolutionScratch;
        float* gradient = image + m_in;
        for (std::int64_t i = 0; i < rows.count(); ++i) {
            const std::int64_t at0 = i * m_out;
            if (m_activation != Activation::linear) {
                kernels::activateGradient(m_activation, z ? z + at0 : nullptr, y + at0, dy + at0, gradient, m_out / columns(), columns(), false);
            }
            float* dz = at(stashedGradient(pass), rows.begin + i, m_out);
            transpose(m_activation == Activation::linear ? dy + at0 : gradient, dz, m_cellsOut, m_window.outChannels, false);
            if (dx) {
                kernels::convolutionInputGradient(m_window, 1, dz, pass.weights[0], image, false, scratch);
                transpose(image, dx + i * m_in, m_window.inChannels, m_cellsIn, pass.accumulate[0]);
            }
        }
    }

    void weightGradient(const Pass& pass, Part part, float* scratch) const override {
        const float* x = floatsOf(m_first ? pass.stash : pass.inputs[0]);
        const float* dz = gradientFloats() > 0 ? stashedGradient(pass) : pass.outputGradients[0];
        if (float* dKernel = pass.weightGradients[0]) {
            const Rows own = partOf(m_kernelShape, part);
            m_depthwise ? depthwiseGradient(pass, x, dz, own, dKernel)
                        : kernels::convolutionKernelGradient(m_window, pass.batch, x, dz, own.begin, own.end, dKernel, pass.accumulateWeights, scratch);
        }
        if (float* dBias = m_useBias ? pass.weightGradients[1] : nullptr) {
            const Rows own = partOf(m_biasShape, part);
            kernels::columnSums(dz, pass.batch * m_cellsOut, m_window.outChannels, own.begin, own.end, dBias, pass.accumulateWeights);
        }
    }

private:
    /// Rows are (line of the window, column of the window, channel), of as many numbers as each channel has filters.
    void depthwiseGradient(const Pass& pass, const float* x, const float* dz, Rows own, float* dKernel) const {
        const kernels::Window2D& w = m_window;
        const std::int64_t each = m_kernelShape.back();
        for (std::int64_t r = own.begin; r < own.end; ++r) {
            const std::int64_t channel = r % w.inChannels;
            const std::int64_t kx = r / w.inChannels % w.kernelWidth;
            const std::int64_t ky = r / w.inChannels / w.kernelWidth;
            float* row = dKernel + r * each;
            if (!pass.accumulateWeights) {
                std::fill_n(row, each, 0.0F);
            }
            for (std::int64_t place = 0; place < pass.batch * m_cellsOut; ++place) {
                const std::int64_t iy = place % m_cellsOut / w.outWidth * w.strideHeight - w.padTop + ky * w.dilationHeight;
                const std::int64_t ix = place % w.outWidth * w.strideWidth - w.padLeft + kx * w.dilationWidth;
                if (iy < 0 || iy >= w.inHeight || ix < 0 || ix >= w.inWidth) {
                    continue;
                }
                const float value = x[((place / m_cellsOut * w.inHeight + iy) * w.inWidth + ix) * w.inChannels + channel];
                kernels::scaled(value, dz + place * w.outChannels + channel * each, row, each, true);
            }
        }
    }

    // The stash, for the whole batch: turned inputs, gradients by z (channels last), and z (in the layer's own order).
    std::int64_t turnedFloats() const { return m_first ? m_in : 0; }
    std::int64_t gradientFloats() const { return m_first || m_activation != Activation::linear ? m_out : 0; }
    float* stashedGradient(const Pass& pass) const { return floatsOf(pass.stash) + pass.batch * turnedFloats(); }
    float* stashedZ(const Pass& pass) const { return floatsOf(pass.stash) + pass.batch * (turnedFloats() + gradientFloats()); }
    /// Length of the last dimension, along which softmax works.
    std::int64_t columns() const { return m_first ? m_window.outWidth : m_window.outChannels; }

    kernels::Window2D m_window;
    bool m_depthwise;
    Activation m_activation;
    bool m_useBias;
    bool m_first;
    bool m_keepsZ;
    std::int64_t m_cellsIn, m_cellsOut; ///< pixels of an image
    std::int64_t m_in, m_out;           ///< numbers of an image
    std::size_t m_convolutionScratch;
    Shape m_kernelShape, m_biasShape;
};

} // namespace

std::shared_ptr<const LayerOp> convolutionOp(const kernels::Window2D& window, Activation activation, bool useBias, bool channelsFirst) {
    return std::make_shared<ConvolutionOp>(window, activation, useBias, channelsFirst, false);
}

std::shared_ptr<const LayerOp> depthwiseOp(const kernels::Window2D& window, Activation activation, bool useBias, bool channelsFirst) {
    kernels::Window2D w = window;
    w.groups = w.inChannels; // a kernel (h, w, channels, multiplier) lies in memory as (h, w, 1, channels · multiplier)
    return std::make_shared<ConvolutionOp>(w, activation, useBias, channelsFirst, true);
}

void checkConvolution(Inference& out, std::string_view layer, const ConvolutionSizes& sizes) {
    if (*std::max_element(sizes.strides.begin(), sizes.strides.end()) > 1 && *std::max_element(sizes.dilation.begin(), sizes.dilation.end()) > 1) {
        const bool flat = sizes.strides.size() == 1;
        const Value ones = Value::List(sizes.strides.size(), Value(1));
        out.problems.push_back({"strides_and_dilation",
                                cat(layer, " can take larger steps (strides above 1) or look further apart (dilation above 1), but not both."), -1,
                                "dilation_rate",
                                {setParameter(flat ? "Set dilation to 1" : "Set dilation to 1 × 1", "dilation_rate", ones),
                                 setParameter(flat ? "Set strides to 1" : "Set strides to 1 × 1", "strides", ones)}});
    }
    if (sizes.filters % sizes.groups != 0) {
        out.problems.push_back({"groups_filters",
                                cat("Every group has the same number of filters, but ", sizes.filters, " filters cannot be shared out to ", sizes.groups, " groups."),
                                -1, "groups", {setParameter("Use 1 group", "groups", 1)}});
    }
}

bool checkChannels(Inference& out, std::string_view layer, const Shape& in, std::int64_t channels, std::int64_t groups) {
    if (channels == kUnknown) {
        out.problems.push_back({"unknown_size",
                                cat(layer, " needs to know how many channels come in to make its kernel, but that size of ", sampleText(in),
                                    " is open. Give it in the Shape of the Input."),
                                0, {}, {}});
        return false;
    }
    if (channels % groups != 0) {
        out.problems.push_back({"groups_channels",
                                cat("Every group looks at the same number of channels, but the ", channels, channels == 1 ? " channel" : " channels",
                                    " that come in cannot be shared out to ", groups, " groups."),
                                0, "groups", {setParameter("Use 1 group", "groups", 1)}});
        return false;
    }
    return true;
}

} // namespace weft::layers
