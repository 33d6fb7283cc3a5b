// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/window.h"

#include <algorithm>

namespace weft::layers {
namespace {

using kernels::Activation;

/// The kernels count channels last; with channels first, every image is turned on the way in and on the way out.
class Conv2DOp final : public LayerOp {
public:
    Conv2DOp(const kernels::Window2D& window, Activation activation, bool useBias, bool channelsFirst)
        : m_window(window), m_activation(activation), m_useBias(useBias), m_first(channelsFirst), m_keepsZ(kernels::gradientNeedsInput(activation)),
          m_cellsIn(window.inHeight * window.inWidth), m_cellsOut(window.outHeight * window.outWidth), m_in(m_cellsIn * window.inChannels),
          m_out(m_cellsOut * window.outChannels), m_convolutionScratch(kernels::convolutionScratch(window)),
          m_kernelShape{window.kernelHeight, window.kernelWidth, window.inChannels / window.groups, window.outChannels}, m_biasShape{window.outChannels} {}

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
            kernels::convolutionKernelGradient(m_window, pass.batch, x, dz, own.begin, own.end, dKernel, pass.accumulateWeights, scratch);
        }
        if (float* dBias = m_useBias ? pass.weightGradients[1] : nullptr) {
            const Rows own = partOf(m_biasShape, part);
            kernels::columnSums(dz, pass.batch * m_cellsOut, m_window.outChannels, own.begin, own.end, dBias, pass.accumulateWeights);
        }
    }

private:
    // The stash, for the whole batch: turned inputs, gradients by z (channels last), and z (in the layer's own order).
    std::int64_t turnedFloats() const { return m_first ? m_in : 0; }
    std::int64_t gradientFloats() const { return m_first || m_activation != Activation::linear ? m_out : 0; }
    float* stashedGradient(const Pass& pass) const { return floatsOf(pass.stash) + pass.batch * turnedFloats(); }
    float* stashedZ(const Pass& pass) const { return floatsOf(pass.stash) + pass.batch * (turnedFloats() + gradientFloats()); }
    /// Length of the last dimension, along which softmax works.
    std::int64_t columns() const { return m_first ? m_window.outWidth : m_window.outChannels; }

    kernels::Window2D m_window;
    Activation m_activation;
    bool m_useBias;
    bool m_first;
    bool m_keepsZ;
    std::int64_t m_cellsIn, m_cellsOut; ///< pixels of an image
    std::int64_t m_in, m_out;           ///< numbers of an image
    std::size_t m_convolutionScratch;
    Shape m_kernelShape, m_biasShape;
};

struct Conv2D {
    std::int64_t filters = 32;
    std::vector<std::int64_t> kernel_size = {3, 3};
    std::vector<std::int64_t> strides = {1, 1};
    std::string padding = kPaddings[0];
    std::string data_format = kDataFormats[0];
    std::vector<std::int64_t> dilation_rate = {1, 1};
    std::int64_t groups = 1;
    std::string activation = "linear";
    bool use_bias = true;
    Object kernel_initializer{"GlorotUniform", {}};
    Object bias_initializer{"Zeros", {}};

    static Binding<Conv2D> binding() {
        Binding<Conv2D> b;
        b("filters", &Conv2D::filters, "Filters", "How many patterns the layer looks for; each gives one channel of the output.").min(1).max(kLargestSize).required();
        b("kernel_size", &Conv2D::kernel_size, "Kernel size", "Height and width of a pattern in pixels. 3 × 3 is the usual choice.")
            .length(2).min(1).max(1e6).required();
        b("strides", &Conv2D::strides, "Strides", "Steps down and to the right from one place to the next. 2 × 2 halves the image.").length(2).min(1).max(1e6);
        b("padding", &Conv2D::padding, "Padding", "valid: only places where the pattern lies inside the image; same: zeros around the image keep its size.")
            .choices(kPaddings);
        b("data_format", &Conv2D::data_format, "Data format", "Whether channels are the last dimension of a sample or the first.")
            .choices(kDataFormats).advanced();
        b("dilation_rate", &Conv2D::dilation_rate, "Dilation rate",
          "Distance between the pixels that a pattern looks at, down and to the right. Above 1 it sees further with the same number of weights.")
            .length(2).min(1).max(1e6).advanced();
        b("groups", &Conv2D::groups, "Groups", "Number of groups that the channels are split into; each has its own share of the filters.")
            .min(1).max(kLargestSize).advanced();
        b("activation", &Conv2D::activation, "Activation", "Function applied to every result; relu is the usual choice.").choices(activationChoices());
        b("use_bias", &Conv2D::use_bias, "Use bias", "Adds one learned number to each channel of the output.");
        b("kernel_initializer", &Conv2D::kernel_initializer, "Kernel initializer", "How the patterns are filled before training.")
            .from("initializers").advanced();
        b("bias_initializer", &Conv2D::bias_initializer, "Bias initializer", "How the bias is filled before training.")
            .from("initializers").advanced().when("use_bias", true);
        return b;
    }

    WindowSizes window() const { return {kernel_size, strides, dilation_rate, padding == kPaddings[1], channelsFirst(data_format)}; }

    /// Problems of the parameters among themselves.
    void checkParameters(Inference& out) const {
        if (*std::max_element(strides.begin(), strides.end()) > 1 && *std::max_element(dilation_rate.begin(), dilation_rate.end()) > 1) {
            out.problems.push_back({"strides_and_dilation",
                                    "Conv2D can take larger steps (strides above 1) or look further apart (dilation above 1), but not both.", -1, "dilation_rate",
                                    {setParameter("Set dilation to 1 × 1", "dilation_rate", Value::List{1, 1}),
                                     setParameter("Set strides to 1 × 1", "strides", Value::List{1, 1})}});
        }
        if (filters % groups != 0) {
            out.problems.push_back({"groups_filters",
                                    cat("Every group has the same number of filters, but ", filters, " filters cannot be shared out to ", groups, " groups."), -1,
                                    "groups", {setParameter("Use 1 group", "groups", 1)}});
        }
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        checkParameters(out);
        wantFloat(out, "Conv2D", inputs);
        const WindowSizes sizes = window();
        if (!wantImages(out, "Conv2D", inputs[0].shape, sizes.channelsFirst)) {
            return out;
        }
        const Image in = imageOf(inputs[0].shape, sizes.channelsFirst);
        Image result = slide(out, in, sizes, "Conv2D", "kernel", "kernel_size", "kernel_too_large");
        result.channels = filters;
        out.outputs.push_back({shapeOf(inputs[0].shape[0], result, sizes.channelsFirst), DType::float32});
        if (in.channels == kUnknown) {
            out.problems.push_back({"unknown_size",
                                    cat("Conv2D needs to know how many channels come in to make its kernel, but that size of ", sampleText(inputs[0].shape),
                                        " is open. Give it in the Shape of the Input."),
                                    0, {}, {}});
            return out;
        }
        if (in.channels % groups != 0) {
            out.problems.push_back({"groups_channels",
                                    cat("Every group looks at the same number of channels, but the ", in.channels, in.channels == 1 ? " channel" : " channels",
                                        " that come in cannot be shared out to ", groups, " groups."),
                                    0, "groups", {setParameter("Use 1 group", "groups", 1)}});
            return out;
        }
        out.weights.push_back({"kernel", {kernel_size[0], kernel_size[1], in.channels / groups, filters}, kernel_initializer});
        if (use_bias) {
            out.weights.push_back({"bias", {filters}, bias_initializer});
        }
        const double places = std::max(1.0, static_cast<double>(result.height)) * std::max(1.0, static_cast<double>(result.width));
        out.cost.multiplyAdds = places * static_cast<double>(filters) * static_cast<double>(in.channels / groups) * static_cast<double>(kernel_size[0]) *
                                static_cast<double>(kernel_size[1]);
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const WindowSizes sizes = window();
        kernels::Window2D w = window2D(imageOf(inputs[0].shape, sizes.channelsFirst), filters, sizes);
        w.groups = groups;
        return std::make_shared<Conv2DOp>(w, activationOf(activation), use_bias, sizes.channelsFirst);
    }
};

std::vector<LayerExample> examples() {
    using L = Value::List;
    std::vector<LayerExample> e = {
        {{{"filters", 4}}, {{{2, 5, 6, 3}}}},
        {{{"filters", 17}, {"padding", "same"}, {"activation", "relu"}}, {{{3, 4, 5, 2}}}},
        {{{"filters", 5}, {"kernel_size", L{1, 1}}, {"activation", "sigmoid"}}, {{{2, 3, 3, 9}}}},
        {{{"filters", 3}, {"kernel_size", L{2, 3}}, {"strides", L{2, 1}}}, {{{2, 7, 5, 2}}}},
        {{{"filters", 3}, {"strides", L{2, 2}}, {"padding", "same"}, {"use_bias", false}, {"activation", "tanh"}}, {{{2, 6, 5, 2}}}},
        {{{"filters", 2}, {"kernel_size", L{4, 2}}, {"strides", L{3, 3}}, {"padding", "same"}}, {{{2, 7, 8, 1}}}},
        {{{"filters", 3}, {"dilation_rate", L{2, 2}}}, {{{2, 7, 6, 2}}}},
        {{{"filters", 3}, {"dilation_rate", L{2, 1}}, {"padding", "same"}}, {{{2, 5, 4, 2}}}},
        {{{"filters", 6}, {"groups", 2}, {"activation", "relu"}}, {{{2, 5, 4, 4}}}},
        {{{"filters", 6}, {"groups", 3}, {"padding", "same"}, {"strides", L{2, 2}}}, {{{2, 5, 4, 3}}}},
        {{{"filters", 4}, {"activation", "gelu"}}, {{{3, 4, 4, 2}}}},
        {{{"filters", 5}, {"activation", "softmax"}, {"kernel_size", L{2, 2}}}, {{{2, 3, 4, 2}}}},
    };
    const std::size_t last = e.size();
    for (std::size_t i = 0; i < last; ++i) { // all of them with channels first, too
        LayerExample first = e[i];
        first.params["data_format"] = kDataFormats[1];
        const Shape& s = e[i].inputs[0].shape;
        first.inputs[0].shape = {s[0], s[3], s[1], s[2]};
        e.push_back(std::move(first));
    }
    return e;
}

} // namespace

LayerType conv2d() {
    LayerType t;
    t.name = "Conv2D";
    t.family = Family::convolution;
    t.help = "Moves small learned patterns over an image and says at every place how well each of them fits.";
    t.formula = "y = activation(x ∗ kernel + bias)";
    t.synonyms = {"convolution", "CNN", "convolutional", "filter", "image", "Convolution2D", "ConvNet"};
    t.keyParameters = {"filters", "kernel_size", "activation"};
    bindLayer<Conv2D>(t);
    t.examples = examples();
    return t;
}

} // namespace weft::layers
