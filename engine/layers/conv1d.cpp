// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/convolution.h"
#include "engine/layers/rules.h"

#include <algorithm>

namespace weft::layers {
namespace {

struct Conv1D : KernelRules {
    std::int64_t filters = 32;
    std::vector<std::int64_t> kernel_size = {3};
    std::vector<std::int64_t> strides = {1};
    std::string padding = kPaddings[0];
    std::string data_format = kDataFormats[0];
    std::vector<std::int64_t> dilation_rate = {1};
    std::int64_t groups = 1;
    std::string activation = "linear";
    bool use_bias = true;
    Object kernel_initializer{"GlorotUniform", {}};
    Object bias_initializer{"Zeros", {}};

    static Binding<Conv1D> binding() {
        Binding<Conv1D> b;
        b("filters", &Conv1D::filters, "Filters", "How many patterns the layer looks for; each gives one channel of the output.").min(1).max(kLargestSize).required();
        b("kernel_size", &Conv1D::kernel_size, "Kernel size", "Length of a pattern in steps.").length(1).min(1).max(1e6).required();
        b("strides", &Conv1D::strides, "Strides", "Steps from one place to the next. 2 halves the sequence.").length(1).min(1).max(1e6);
        b("padding", &Conv1D::padding, "Padding",
          "valid: only places where the pattern lies inside the sequence; same: zeros around the sequence keep its length; causal: zeros before it, so that "
          "no step sees a later one.")
            .choices({kPaddings[0], kPaddings[1], "causal"});
        b("data_format", &Conv1D::data_format, "Data format", "Whether channels are the last dimension of a sample or the first.").choices(kDataFormats).advanced();
        b("dilation_rate", &Conv1D::dilation_rate, "Dilation rate",
          "Distance between the steps that a pattern looks at. Above 1 it sees further with the same number of weights.")
            .length(1).min(1).max(1e6).advanced();
        b("groups", &Conv1D::groups, "Groups", "Number of groups that the channels are split into; each has its own share of the filters.")
            .min(1).max(kLargestSize).advanced();
        b("activation", &Conv1D::activation, "Activation", "Function applied to every result; relu is the usual choice.").choices(activationChoices());
        b("use_bias", &Conv1D::use_bias, "Use bias", "Adds one learned number to each channel of the output.");
        b("kernel_initializer", &Conv1D::kernel_initializer, "Kernel initializer", "How the patterns are filled before training.").from("initializers").advanced();
        b("bias_initializer", &Conv1D::bias_initializer, "Bias initializer", "How the bias is filled before training.")
            .from("initializers").advanced().when("use_bias", true);
        addKernelRules(b);
        return b;
    }

    bool isCausal() const { return padding == "causal"; }
    /// Zeros before the first step.
    std::int64_t before() const { return isCausal() ? dilation_rate[0] * (kernel_size[0] - 1) : 0; }
    WindowSizes window() const {
        return {{1, kernel_size[0]}, {1, strides[0]}, {1, dilation_rate[0]}, padding == kPaddings[1], channelsFirst(data_format)};
    }
    /// As the window sees it: with the zeros of causal padding.
    Image seen(Image in) const {
        in.width = in.width == kUnknown ? kUnknown : in.width + before();
        return in;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        checkConvolution(out, "Conv1D", {kernel_size, strides, dilation_rate, filters, groups});
        wantFloat(out, "Conv1D", inputs);
        const WindowSizes sizes = window();
        if (!wantSequence(out, "Conv1D", inputs[0].shape, sizes.channelsFirst)) {
            return out;
        }
        const Image in = sequenceOf(inputs[0].shape, sizes.channelsFirst);
        Image result = slideAlong(out, seen(in), sizes, "Conv1D", "kernel", "kernel_size", "kernel_too_large");
        result.channels = filters;
        out.outputs.push_back({shapeOfSequence(inputs[0].shape[0], result, sizes.channelsFirst), DType::float32});
        if (!checkChannels(out, "Conv1D", inputs[0].shape, in.channels, groups)) {
            return out;
        }
        out.weights.push_back({"kernel", {kernel_size[0], in.channels / groups, filters}, kernel_initializer});
        if (use_bias) {
            out.weights.push_back({"bias", {filters}, bias_initializer});
        }
        out.cost.multiplyAdds = std::max(1.0, static_cast<double>(result.width)) * static_cast<double>(filters) *
                                static_cast<double>(in.channels / groups) * static_cast<double>(kernel_size[0]);
        applyRules(out, *this);
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const WindowSizes sizes = window();
        const Image in = sequenceOf(inputs[0].shape, sizes.channelsFirst);
        kernels::Window2D w = window2D(seen(in), filters, sizes);
        w.inWidth = in.width;
        w.padLeft += before();
        w.groups = groups;
        return withActivityRegularizer(convolutionOp(w, activationOf(activation), use_bias, sizes.channelsFirst), activity_regularizer,
                                       w.outHeight * w.outWidth * w.outChannels);
    }
};

} // namespace

LayerType conv1d() {
    using L = Value::List;
    LayerType t;
    t.name = "Conv1D";
    t.family = Family::convolution;
    t.help = "Moves small learned patterns along a sequence and says at every step how well each of them fits.";
    t.formula = "y = activation(x ∗ kernel + bias)";
    t.synonyms = {"convolution", "CNN", "temporal", "signal", "time series", "Convolution1D"};
    t.keyParameters = {"filters", "kernel_size", "activation"};
    bindLayer<Conv1D>(t);
    t.examples = withChannelsFirst({{{{"filters", 4}}, {{{2, 6, 3}}}},
                                    {{{"filters", 17}, {"padding", "same"}, {"activation", "relu"}}, {{{3, 5, 2}}}},
                                    {{{"filters", 3}, {"padding", "causal"}, {"kernel_size", L{4}}}, {{{2, 6, 2}}}},
                                    {{{"filters", 3}, {"padding", "causal"}, {"strides", L{2}}, {"use_bias", false}}, {{{2, 7, 2}}}},
                                    {{{"filters", 2}, {"padding", "causal"}, {"dilation_rate", L{2}}, {"activation", "gelu"}}, {{{2, 6, 2}}}},
                                    {{{"filters", 3}, {"strides", L{3}}, {"padding", "same"}, {"activation", "tanh"}}, {{{2, 8, 2}}}},
                                    {{{"filters", 6}, {"groups", 2}, {"activation", "softmax"}}, {{{2, 6, 4}}}}});
    return t;
}

} // namespace weft::layers
