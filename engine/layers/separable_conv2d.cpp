// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/convolution.h"

#include <algorithm>

namespace weft::layers {
namespace {

struct SeparableConv2D {
    std::int64_t filters = 32;
    std::vector<std::int64_t> kernel_size = {3, 3};
    std::vector<std::int64_t> strides = {1, 1};
    std::string padding = kPaddings[0];
    std::string data_format = kDataFormats[0];
    std::vector<std::int64_t> dilation_rate = {1, 1};
    std::int64_t depth_multiplier = 1;
    std::string activation = "linear";
    bool use_bias = true;
    Object depthwise_initializer{"GlorotUniform", {}};
    Object pointwise_initializer{"GlorotUniform", {}};
    Object bias_initializer{"Zeros", {}};

    static Binding<SeparableConv2D> binding() {
        using T = SeparableConv2D;
        Binding<T> b;
        b("filters", &T::filters, "Filters", "How many mixtures of the channels come out; each gives one channel of the output.").min(1).max(kLargestSize).required();
        b("kernel_size", &T::kernel_size, "Kernel size", "Height and width of a pattern in pixels. 3 × 3 is the usual choice.").length(2).min(1).max(1e6).required();
        b("strides", &T::strides, "Strides", "Steps down and to the right from one place to the next. 2 × 2 halves the image.").length(2).min(1).max(1e6);
        b("padding", &T::padding, "Padding", "valid: only places where the pattern lies inside the image; same: zeros around the image keep its size.")
            .choices(kPaddings);
        b("data_format", &T::data_format, "Data format", "Whether channels are the last dimension of a sample or the first.").choices(kDataFormats).advanced();
        b("dilation_rate", &T::dilation_rate, "Dilation rate", "Distance between the pixels that a pattern looks at, down and to the right.")
            .length(2).min(1).max(1e6).advanced();
        b("depth_multiplier", &T::depth_multiplier, "Depth multiplier", "How many patterns are looked for in each channel.").min(1).max(1e6);
        b("activation", &T::activation, "Activation", "Function applied to every result; relu is the usual choice.").choices(activationChoices());
        b("use_bias", &T::use_bias, "Use bias", "Adds one learned number to each channel of the output.");
        b("depthwise_initializer", &T::depthwise_initializer, "Depthwise initializer", "How the patterns are filled before training.").from("initializers").advanced();
        b("pointwise_initializer", &T::pointwise_initializer, "Pointwise initializer", "How the mixtures are filled before training.").from("initializers").advanced();
        b("bias_initializer", &T::bias_initializer, "Bias initializer", "How the bias is filled before training.")
            .from("initializers").advanced().when("use_bias", true);
        return b;
    }

    WindowSizes window() const { return {kernel_size, strides, dilation_rate, padding == kPaddings[1], channelsFirst(data_format)}; }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        checkConvolution(out, "SeparableConv2D", {kernel_size, strides, dilation_rate, 1, 1});
        wantFloat(out, "SeparableConv2D", inputs);
        const WindowSizes sizes = window();
        if (!wantImages(out, "SeparableConv2D", inputs[0].shape, sizes.channelsFirst)) {
            return out;
        }
        const Image in = imageOf(inputs[0].shape, sizes.channelsFirst);
        Image result = slide(out, in, sizes, "SeparableConv2D", "kernel", "kernel_size", "kernel_too_large");
        if (!checkChannels(out, "SeparableConv2D", inputs[0].shape, in.channels, 1)) {
            return out;
        }
        result.channels = filters;
        out.outputs.push_back({shapeOf(inputs[0].shape[0], result, sizes.channelsFirst), DType::float32});
        out.weights.push_back({"depthwise_kernel", {kernel_size[0], kernel_size[1], in.channels, depth_multiplier}, depthwise_initializer});
        out.weights.push_back({"pointwise_kernel", {1, 1, in.channels * depth_multiplier, filters}, pointwise_initializer});
        if (use_bias) {
            out.weights.push_back({"bias", {result.channels}, bias_initializer});
        }
        const double places = std::max(1.0, static_cast<double>(result.height)) * std::max(1.0, static_cast<double>(result.width));
        const double deep = static_cast<double>(in.channels) * static_cast<double>(depth_multiplier);
        out.cost.multiplyAdds = places * deep * (static_cast<double>(kernel_size[0]) * static_cast<double>(kernel_size[1]) + static_cast<double>(filters));
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const WindowSizes sizes = window();
        const kernels::Window2D w = window2D(imageOf(inputs[0].shape, sizes.channelsFirst), imageOf(inputs[0].shape, sizes.channelsFirst).channels * depth_multiplier, sizes);
        kernels::Window2D points;
        points.inHeight = points.outHeight = w.outHeight;
        points.inWidth = points.outWidth = w.outWidth;
        points.inChannels = w.outChannels;
        points.outChannels = filters;
        return chainedOp(depthwiseOp(w, kernels::Activation::linear, false, sizes.channelsFirst),
                         convolutionOp(points, activationOf(activation), use_bias, sizes.channelsFirst), w.outHeight * w.outWidth * w.outChannels, 1);
    }
};

} // namespace

LayerType separable_conv2d() {
    using L = Value::List;
    LayerType t;
    t.name = "SeparableConv2D";
    t.family = Family::convolution;
    t.help = "Looks for patterns in each channel by itself and then mixes the channels: nearly as good as Conv2D with far fewer weights.";
    t.formula = "y = activation((x ∗ depthwise kernel, channel by channel) ∗ pointwise kernel + bias)";
    t.synonyms = {"separable", "depthwise", "pointwise", "MobileNet", "Xception", "SeparableConvolution2D"};
    t.keyParameters = {"filters", "kernel_size", "activation"};
    bindLayer<SeparableConv2D>(t);
    t.examples = withChannelsFirst({{{{"filters", 4}}, {{{2, 5, 4, 3}}}},
                                    {{{"filters", 4}, {"depth_multiplier", 2}, {"padding", "same"}, {"activation", "relu"}}, {{{2, 4, 3, 2}}}},
                                    {{{"filters", 4}, {"strides", L{2, 2}}, {"padding", "same"}, {"use_bias", false}, {"activation", "gelu"}}, {{{2, 5, 5, 3}}}},
                                    {{{"filters", 4}, {"dilation_rate", L{2, 1}}, {"depth_multiplier", 3}, {"kernel_size", L{2, 2}}}, {{{2, 4, 4, 2}}}}});
    return t;
}

} // namespace weft::layers
