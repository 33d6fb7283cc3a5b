// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/sampling.h"

namespace weft::layers {
namespace {

const std::vector<std::string> kInterpolations = {"nearest", "bilinear"};

struct UpSampling2D {
    std::vector<std::int64_t> size = {2, 2};
    std::string data_format = kDataFormats[0];
    std::string interpolation = kInterpolations[0];

    static Binding<UpSampling2D> binding() {
        using T = UpSampling2D;
        Binding<T> b;
        b("size", &T::size, "Size", "How many times as high and as wide the image becomes. 2 × 2 doubles it.").length(2).min(1).max(1e6);
        b("data_format", &T::data_format, "Data format", "Whether channels are the last dimension of a sample or the first.").choices(kDataFormats).advanced();
        b("interpolation", &T::interpolation, "Interpolation", "nearest: every pixel is repeated; bilinear: what lies between pixels is blended.")
            .choices(kInterpolations);
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const bool first = channelsFirst(data_format);
        wantFloat(out, "UpSampling2D", inputs);
        if (wantImages(out, "UpSampling2D", inputs[0].shape, first)) {
            const Image in = imageOf(inputs[0].shape, first);
            const auto times = [](std::int64_t n, std::int64_t by) { return n == kUnknown ? kUnknown : n * by; };
            out.outputs.push_back({shapeOf(inputs[0].shape[0], {times(in.height, size[0]), times(in.width, size[1]), in.channels}, first), DType::float32});
            checkSizes(out);
        }
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const bool first = channelsFirst(data_format);
        const Image in = imageOf(inputs[0].shape, first);
        const auto make = interpolation == kInterpolations[1] ? Taps::blended : Taps::repeated;
        return samplingOp(in, make(in.height, size[0]), make(in.width, size[1]), first);
    }
};

} // namespace

LayerType up_sampling2d() {
    using L = Value::List;
    LayerType t;
    t.name = "UpSampling2D";
    t.family = Family::shape;
    t.help = "Makes an image larger by repeating its pixels, or by blending between them.";
    t.formula = "y[i, j] = x[i / size, j / size]";
    t.synonyms = {"upsample", "enlarge", "resize", "zoom", "decoder", "interpolate"};
    t.keyParameters = {"size", "interpolation"};
    bindLayer<UpSampling2D>(t);
    t.examples = withChannelsFirst({{{}, {{{2, 3, 2, 3}}}},
                                    {{{"size", L{1, 3}}}, {{{2, 2, 2, 17}}}},
                                    {{{"interpolation", "bilinear"}}, {{{2, 3, 4, 2}}}},
                                    {{{"interpolation", "bilinear"}, {"size", L{3, 2}}}, {{{2, 1, 3, 2}}}}});
    return t;
}

} // namespace weft::layers
