// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/convolution.h"

#include <algorithm>

namespace weft::layers {
namespace {

struct DepthwiseConv2D {
    std::vector<std::int64_t> kernel_size = {3, 3};
    std::vector<std::int64_t> strides = {1, 1};
    std::string padding = kPaddings[0];
    std::string data_format = kDataFormats[0];
    std::vector<std::int64_t> dilation_rate = {1, 1};
    std::int64_t depth_multiplier = 1;
    std::string activation = "linear";
    bool use_bias = true;
    Object depthwise_initializer{"GlorotUniform", {}};
    Object bias_initializer{"Zeros", {}};

    static Binding<DepthwiseConv2D> binding() {
        using T = DepthwiseConv2D;
        Binding<T> b;
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
        b("bias_initializer", &T::bias_initializer, "Bias initializer", "How the bias is filled before training.")
            .from("initializers").advanced().when("use_bias", true);
        return b;
    }

    WindowSizes window() const { return {kernel_size, strides, dilation_rate, padding == kPaddings[1], channelsFirst(data_format)}; }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        checkConvolution(out, "DepthwiseConv2D", {kernel_size, strides, dilation_rate, 1, 1});
        wantFloat(out, "DepthwiseConv2D", inputs);
        const WindowSizes sizes = window();
        if (!wantImages(out, "DepthwiseConv2D", inputs[0].shape, sizes.channelsFirst)) {
            return out;
        }
        const Image in = imageOf(inputs[0].shape, sizes.channelsFirst);
        Image result = slide(out, in, sizes, "DepthwiseConv2D", "kernel", "kernel_size", "kernel_too_large");
        if (!checkChannels(out, "DepthwiseConv2D", inputs[0].shape, in.channels, 1)) {
            return out;
        }
        result.channels = in.channels * depth_multiplier;
        out.outputs.push_back({shapeOf(inputs[0].shape[0], result, sizes.channelsFirst), DType::float32});
        out.weights.push_back({"kernel", {kernel_size[0], kernel_size[1], in.channels, depth_multiplier}, depthwise_initializer});
        if (use_bias) {
            out.weights.push_back({"bias", {result.channels}, bias_initializer});
        }
        const double places = std::max(1.0, static_cast<double>(result.height)) * std::max(1.0, static_cast<double>(result.width));
        const double deep = static_cast<double>(in.channels) * static_cast<double>(depth_multiplier);
        out.cost.multiplyAdds = places * deep * (static_cast<double>(kernel_size[0]) * static_cast<double>(kernel_size[1]));
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const WindowSizes sizes = window();
        const kernels::Window2D w = window2D(imageOf(inputs[0].shape, sizes.channelsFirst), imageOf(inputs[0].shape, sizes.channelsFirst).channels * depth_multiplier, sizes);
        return depthwiseOp(w, activationOf(activation), use_bias, sizes.channelsFirst);
    }
};

} // namespace

LayerType depthwise_conv2d() {
    using L = Value::List;
    LayerType t;
    t.name = "DepthwiseConv2D";
    t.family = Family::convolution;
    t.help = "Moves small learned patterns over each channel of an image by itself; the channels are not mixed.";
    t.formula = "y = activation(x ∗ kernel, channel by channel, + bias)";
    t.synonyms = {"depthwise", "channel-wise", "MobileNet", "EfficientNet"};
    t.keyParameters = {"kernel_size", "depth_multiplier", "activation"};
    bindLayer<DepthwiseConv2D>(t);
    t.examples = withChannelsFirst({{{}, {{{2, 5, 4, 3}}}},
                                    {{{"depth_multiplier", 2}, {"padding", "same"}, {"activation", "relu"}}, {{{2, 4, 3, 2}}}},
                                    {{{"strides", L{2, 2}}, {"padding", "same"}, {"use_bias", false}, {"activation", "gelu"}}, {{{2, 5, 5, 3}}}},
                                    {{{"dilation_rate", L{2, 1}}, {"depth_multiplier", 3}, {"kernel_size", L{2, 2}}}, {{{2, 4, 4, 2}}}}});
    return t;
}

} // namespace weft::layers
