// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/margins.h"

namespace weft::layers {
namespace {

struct ZeroPadding2D {
    std::vector<std::int64_t> padding = {1, 1, 1, 1};
    std::string data_format = kDataFormats[0];

    static Binding<ZeroPadding2D> binding() {
        using T = ZeroPadding2D;
        Binding<T> b;
        b("padding", &T::padding, "Padding", "Lines and columns of zeros: above, below, left, right.").length(4).min(0).max(1e6);
        b("data_format", &T::data_format, "Data format", "Whether channels are the last dimension of a sample or the first.").choices(kDataFormats).advanced();
        return b;
    }

    Image padded(Image in) const {
        in.height = in.height == kUnknown ? kUnknown : in.height + padding[0] + padding[1];
        in.width = in.width == kUnknown ? kUnknown : in.width + padding[2] + padding[3];
        return in;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const bool first = channelsFirst(data_format);
        wantFloat(out, "ZeroPadding2D", inputs);
        if (wantImages(out, "ZeroPadding2D", inputs[0].shape, first)) {
            out.outputs.push_back({shapeOf(inputs[0].shape[0], padded(imageOf(inputs[0].shape, first)), first), DType::float32});
            checkSizes(out);
        }
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const bool first = channelsFirst(data_format);
        const Image in = imageOf(inputs[0].shape, first);
        const Image result = padded(in);
        return samplingOp(in, Taps::shifted(in.height, result.height, padding[0]), Taps::shifted(in.width, result.width, padding[2]), first);
    }
};

} // namespace

LayerType zero_padding2d() {
    using L = Value::List;
    LayerType t;
    t.name = "ZeroPadding2D";
    t.family = Family::shape;
    t.help = "Puts a frame of zeros around an image.";
    t.formula = "y = x with zeros above, below, left and right";
    t.synonyms = {"pad", "frame", "border", "margin"};
    t.keyParameters = {"padding"};
    bindLayer<ZeroPadding2D>(t);
    t.fromKeras = [](ParamMap config) { return flatMargins(std::move(config), "padding"); };
    t.toKeras = [](ParamMap params) { return nestedMargins(std::move(params), "padding"); };
    t.examples = withChannelsFirst({{{}, {{{2, 2, 3, 3}}}}, {{{"padding", L{0, 2, 1, 0}}}, {{{2, 3, 2, 17}}}}, {{{"padding", L{0, 0, 0, 0}}}, {{{2, 2, 2, 1}}}}});
    return t;
}

} // namespace weft::layers
