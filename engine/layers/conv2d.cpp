// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/convolution.h"
#include "engine/layers/rules.h"

#include <algorithm>

namespace weft::layers {
namespace {

struct Conv2D : KernelRules {
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
        addKernelRules(b);
        return b;
    }

    WindowSizes window() const { return {kernel_size, strides, dilation_rate, padding == kPaddings[1], channelsFirst(data_format)}; }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        checkConvolution(out, "Conv2D", {kernel_size, strides, dilation_rate, filters, groups});
        wantFloat(out, "Conv2D", inputs);
        const WindowSizes sizes = window();
        if (!wantImages(out, "Conv2D", inputs[0].shape, sizes.channelsFirst)) {
            return out;
        }
        const Image in = imageOf(inputs[0].shape, sizes.channelsFirst);
        Image result = slide(out, in, sizes, "Conv2D", "kernel", "kernel_size", "kernel_too_large");
        result.channels = filters;
        out.outputs.push_back({shapeOf(inputs[0].shape[0], result, sizes.channelsFirst), DType::float32});
        if (!checkChannels(out, "Conv2D", inputs[0].shape, in.channels, groups)) {
            return out;
        }
        out.weights.push_back({"kernel", {kernel_size[0], kernel_size[1], in.channels / groups, filters}, kernel_initializer});
        if (use_bias) {
            out.weights.push_back({"bias", {filters}, bias_initializer});
        }
        const double places = std::max(1.0, static_cast<double>(result.height)) * std::max(1.0, static_cast<double>(result.width));
        out.cost.multiplyAdds = places * static_cast<double>(filters) * static_cast<double>(in.channels / groups) * static_cast<double>(kernel_size[0]) *
                                static_cast<double>(kernel_size[1]);
        applyRules(out, *this);
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const WindowSizes sizes = window();
        kernels::Window2D w = window2D(imageOf(inputs[0].shape, sizes.channelsFirst), filters, sizes);
        w.groups = groups;
        return withActivityRegularizer(convolutionOp(w, activationOf(activation), use_bias, sizes.channelsFirst), activity_regularizer,
                                       w.outHeight * w.outWidth * w.outChannels);
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
