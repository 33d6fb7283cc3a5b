// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/convolution.h"
#include "engine/layers/rules.h"

#include <algorithm>

namespace weft::layers {
namespace {

using kernels::Activation;

/// The reverse of a convolution over `window`, whose input is the output here: its input gradient forward, itself backward.
class TransposedOp final : public LayerOp {
public:
    TransposedOp(const kernels::Window2D& window, Activation activation, bool useBias, bool channelsFirst)
        : m_window(window), m_activation(activation), m_useBias(useBias), m_first(channelsFirst), m_cellsIn(window.outHeight * window.outWidth),
          m_cellsOut(window.inHeight * window.inWidth), m_in(m_cellsIn * window.outChannels), m_out(m_cellsOut * window.inChannels),
          m_convolutionScratch(kernels::convolutionScratch(window)),
          m_kernelShape{window.kernelHeight, window.kernelWidth, window.inChannels, window.outChannels}, m_biasShape{window.inChannels} {}

    OutputRange outputRange() const override { return rangeOf(m_activation); }

    // The stash, for the whole batch, channels last: turned inputs (with channels first), gradients by z, and z.
    Booking book(bool training) const override {
        return {.stashBytesPerSample = training ? static_cast<std::size_t>(turned() + 2 * m_out) * sizeof(float) : 0,
                .scratchFloats = m_convolutionScratch + static_cast<std::size_t>(m_in + 2 * m_out),
                .needsInputs = !m_first,
                .needsOutputs = m_activation != Activation::linear};
    }

    void forward(const Pass& pass, Rows rows, float* scratch) const override {
        float* image = scratch + m_convolutionScratch;
        float* spare = image + m_in;
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const float* x = at(floatsOf(pass.inputs[0]), row, m_in);
            if (m_first) {
                float* last = pass.training ? at(floatsOf(pass.stash), row, m_in) : image;
                transpose(x, last, m_cellsIn, m_window.outChannels, false);
                x = last;
            }
            float* z = pass.training ? at(stashedZ(pass), row, m_out) : spare;
            kernels::convolutionInputGradient(m_window, 1, x, pass.weights[0], z, false, scratch);
            for (std::int64_t cell = 0; m_useBias && cell < m_cellsOut; ++cell) {
                kernels::scaled(1.0F, pass.weights[1], z + cell * m_window.inChannels, m_window.inChannels, true);
            }
            float* y = at(floatsOf(pass.outputs[0]), row, m_out);
            if (!m_first) {
                kernels::activate(m_activation, z, y, m_cellsOut, m_window.inChannels);
            } else {
                transpose(z, y, m_window.inChannels, m_cellsOut, false);
                if (pass.training) {
                    std::copy_n(y, m_out, z); // z in the layer's own order, as backward wants it
                }
                kernels::activate(m_activation, y, y, m_out / columns(), columns());
            }
        }
    }

    void backward(const Pass& pass, Rows rows, float* scratch) const override {
        float* image = scratch + m_convolutionScratch;
        float* spare = image + m_in;
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const float* dy = at(pass.outputGradients[0], row, m_out);
            float* dz = at(gradientsByZ(pass), row, m_out);
            float* target = m_first ? spare : dz;
            kernels::activateGradient(m_activation, at(stashedZ(pass), row, m_out), at(floatsOf(pass.outputs[0]), row, m_out), dy, target, m_out / columns(),
                                      columns(), false);
            if (m_first) {
                transpose(target, dz, m_cellsOut, m_window.inChannels, false);
            }
            if (float* dx = pass.inputGradients[0]) {
                kernels::convolution(m_window, 1, dz, pass.weights[0], nullptr, Activation::linear, image, scratch);
                if (m_first) {
                    transpose(image, at(dx, row, m_in), m_window.outChannels, m_cellsIn, pass.accumulate[0]);
                } else {
                    kernels::scaled(1.0F, image, at(dx, row, m_in), m_in, pass.accumulate[0]);
                }
            }
        }
    }

    void weightGradient(const Pass& pass, Part part, float* scratch) const override {
        const float* x = floatsOf(m_first ? pass.stash : pass.inputs[0]);
        const float* dz = gradientsByZ(pass);
        if (float* dKernel = pass.weightGradients[0]) {
            const Rows own = partOf(m_kernelShape, part);
            kernels::convolutionKernelGradient(m_window, pass.batch, dz, x, own.begin, own.end, dKernel, pass.accumulateWeights, scratch);
        }
        if (float* dBias = m_useBias ? pass.weightGradients[1] : nullptr) {
            const Rows own = partOf(m_biasShape, part);
            kernels::columnSums(dz, pass.batch * m_cellsOut, m_window.inChannels, own.begin, own.end, dBias, pass.accumulateWeights);
        }
    }

private:
    std::int64_t turned() const { return m_first ? m_in : 0; }
    float* gradientsByZ(const Pass& pass) const { return floatsOf(pass.stash) + pass.batch * turned(); }
    float* stashedZ(const Pass& pass) const { return gradientsByZ(pass) + pass.batch * m_out; }
    /// Length of the last dimension, along which softmax works.
    std::int64_t columns() const { return m_first ? m_window.inWidth : m_window.inChannels; }

    kernels::Window2D m_window;
    Activation m_activation;
    bool m_useBias;
    bool m_first;
    std::int64_t m_cellsIn, m_cellsOut;
    std::int64_t m_in, m_out;
    std::size_t m_convolutionScratch;
    Shape m_kernelShape, m_biasShape;
};

struct Conv2DTranspose : KernelRules {
    std::int64_t filters = 32;
    std::vector<std::int64_t> kernel_size = {3, 3};
    std::vector<std::int64_t> strides = {1, 1};
    std::string padding = kPaddings[0];
    std::optional<std::vector<std::int64_t>> output_padding;
    std::string data_format = kDataFormats[0];
    std::vector<std::int64_t> dilation_rate = {1, 1};
    std::string activation = "linear";
    bool use_bias = true;
    Object kernel_initializer{"GlorotUniform", {}};
    Object bias_initializer{"Zeros", {}};

    static Binding<Conv2DTranspose> binding() {
        using T = Conv2DTranspose;
        Binding<T> b;
        b("filters", &T::filters, "Filters", "How many patterns the layer paints with; each gives one channel of the output.").min(1).max(kLargestSize).required();
        b("kernel_size", &T::kernel_size, "Kernel size", "Height and width of a pattern in pixels.").length(2).min(1).max(1e6).required();
        b("strides", &T::strides, "Strides", "How far apart, down and to the right, the pixels are painted. 2 × 2 doubles the image.").length(2).min(1).max(1e6);
        b("padding", &T::padding, "Padding", "valid: the whole of every pattern is kept, so that the image grows by it; same: the image grows by the strides alone.")
            .choices(kPaddings);
        b("output_padding", &T::output_padding, "Output padding", "Lines and columns added to the output, less than the strides; none: as padding asks for.")
            .length(2).min(0).max(1e6).advanced();
        b("data_format", &T::data_format, "Data format", "Whether channels are the last dimension of a sample or the first.").choices(kDataFormats).advanced();
        b("dilation_rate", &T::dilation_rate, "Dilation rate", "Distance between the pixels of a pattern, down and to the right.").length(2).min(1).max(1e6).advanced();
        b("activation", &T::activation, "Activation", "Function applied to every result; relu is the usual choice.").choices(activationChoices());
        b("use_bias", &T::use_bias, "Use bias", "Adds one learned number to each channel of the output.");
        b("kernel_initializer", &T::kernel_initializer, "Kernel initializer", "How the patterns are filled before training.").from("initializers").advanced();
        b("bias_initializer", &T::bias_initializer, "Bias initializer", "How the bias is filled before training.")
            .from("initializers").advanced().when("use_bias", true);
        addKernelRules(b);
        return b;
    }

    std::int64_t spread(std::size_t axis) const { return (kernel_size[axis] - 1) * dilation_rate[axis] + 1; }
    bool isSame() const { return padding == kPaddings[1]; }

    /// Keras' compute_conv_transpose_output_length.
    std::int64_t grown(std::int64_t in, std::size_t axis) const {
        const std::int64_t kernel = spread(axis);
        const std::int64_t stride = strides[axis];
        if (in == kUnknown) {
            return kUnknown;
        }
        if (output_padding) {
            return (in - 1) * stride + kernel - (isSame() ? 2 * (kernel / 2) : 0) + (*output_padding)[axis];
        }
        return isSame() ? in * stride : in * stride + std::max<std::int64_t>(kernel - stride, 0);
    }

    /// Lines cut off before the first.
    std::int64_t cut(std::int64_t in, std::size_t axis) const {
        if (!isSame()) {
            return 0;
        }
        return std::max<std::int64_t>((in - 1) * strides[axis] + spread(axis) - grown(in, axis), 0) / 2;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        checkConvolution(out, "Conv2DTranspose", {kernel_size, strides, dilation_rate, filters, 1});
        if (output_padding && ((*output_padding)[0] >= strides[0] || (*output_padding)[1] >= strides[1])) {
            out.problems.push_back({"output_padding",
                                    "Conv2DTranspose can add fewer lines and columns (output padding) than its strides, and no more.", -1, "output_padding",
                                    {setParameter("Add none of its own", "output_padding", Value())}});
        }
        wantFloat(out, "Conv2DTranspose", inputs);
        const bool first = channelsFirst(data_format);
        if (!wantImages(out, "Conv2DTranspose", inputs[0].shape, first)) {
            return out;
        }
        const Image in = imageOf(inputs[0].shape, first);
        Image result{grown(in.height, 0), grown(in.width, 1), filters};
        const bool empty = (in.height != kUnknown && result.height < 1) || (in.width != kUnknown && result.width < 1);
        if (empty) {
            out.problems.push_back({"output_empty",
                                    cat("Conv2DTranspose cuts off more than it paints: nothing remains of the image of ", in.height, " × ", in.width,
                                        " that comes in. Use padding valid."),
                                    0, "padding", {setParameter("Use padding valid", "padding", kPaddings[0])}});
            result.height = std::max<std::int64_t>(result.height, kUnknown);
            result.width = std::max<std::int64_t>(result.width, kUnknown);
        }
        if (!empty) {
            out.outputs.push_back({shapeOf(inputs[0].shape[0], result, first), DType::float32});
        }
        if (!checkChannels(out, "Conv2DTranspose", inputs[0].shape, in.channels, 1)) {
            return out;
        }
        out.weights.push_back({"kernel", {kernel_size[0], kernel_size[1], filters, in.channels}, kernel_initializer});
        if (use_bias) {
            out.weights.push_back({"bias", {filters}, bias_initializer});
        }
        const double places = std::max(1.0, static_cast<double>(in.height)) * std::max(1.0, static_cast<double>(in.width));
        out.cost.multiplyAdds = places * static_cast<double>(filters) * static_cast<double>(in.channels) * static_cast<double>(kernel_size[0]) *
                                static_cast<double>(kernel_size[1]);
        applyRules(out, *this);
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const bool first = channelsFirst(data_format);
        const Image in = imageOf(inputs[0].shape, first);
        kernels::Window2D w;
        w.inHeight = grown(in.height, 0);
        w.inWidth = grown(in.width, 1);
        w.inChannels = filters;
        w.outHeight = in.height;
        w.outWidth = in.width;
        w.outChannels = in.channels;
        w.kernelHeight = kernel_size[0];
        w.kernelWidth = kernel_size[1];
        w.strideHeight = strides[0];
        w.strideWidth = strides[1];
        w.dilationHeight = dilation_rate[0];
        w.dilationWidth = dilation_rate[1];
        w.padTop = cut(in.height, 0);
        w.padLeft = cut(in.width, 1);
        return withActivityRegularizer(std::make_shared<TransposedOp>(w, activationOf(activation), use_bias, first), activity_regularizer,
                                       w.inHeight * w.inWidth * w.inChannels);
    }
};

} // namespace

LayerType conv2d_transpose() {
    using L = Value::List;
    LayerType t;
    t.name = "Conv2DTranspose";
    t.family = Family::convolution;
    t.help = "Paints a larger image with small learned patterns, one for each pixel that comes in; the way back from a convolution.";
    t.formula = "y = activation(the x for which x ∗ kernel has this gradient, + bias)";
    t.synonyms = {"deconvolution", "transposed convolution", "upsample", "decoder", "Convolution2DTranspose", "fractionally strided"};
    t.keyParameters = {"filters", "kernel_size", "strides"};
    bindLayer<Conv2DTranspose>(t);
    t.examples = withChannelsFirst({{{{"filters", 4}}, {{{2, 3, 4, 3}}}},
                                    {{{"filters", 17}, {"strides", L{2, 2}}, {"padding", "same"}, {"activation", "relu"}}, {{{2, 3, 2, 2}}}},
                                    {{{"filters", 2}, {"strides", L{2, 3}}, {"activation", "tanh"}, {"use_bias", false}}, {{{2, 3, 3, 3}}}},
                                    {{{"filters", 3}, {"kernel_size", L{2, 1}}, {"strides", L{3, 2}}, {"activation", "softmax"}}, {{{2, 2, 3, 2}}}},
                                    {{{"filters", 3}, {"dilation_rate", L{2, 2}}, {"activation", "gelu"}}, {{{2, 3, 3, 2}}}},
                                    {{{"filters", 2}, {"strides", L{2, 2}}, {"padding", "same"}, {"output_padding", L{1, 0}}}, {{{2, 3, 3, 2}}}},
                                    {{{"filters", 2}, {"strides", L{2, 2}}, {"output_padding", L{1, 1}}}, {{{2, 2, 2, 2}}}}});
    return t;
}

} // namespace weft::layers
