// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/margins.h"

namespace weft::layers {
namespace {

struct Cropping2D {
    std::vector<std::int64_t> cropping = {0, 0, 0, 0};
    std::string data_format = kDataFormats[0];

    static Binding<Cropping2D> binding() {
        using T = Cropping2D;
        Binding<T> b;
        b("cropping", &T::cropping, "Cropping", "Lines and columns to cut off: above, below, left, right.").length(4).min(0).max(1e6);
        b("data_format", &T::data_format, "Data format", "Whether channels are the last dimension of a sample or the first.").choices(kDataFormats).advanced();
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const bool first = channelsFirst(data_format);
        wantFloat(out, "Cropping2D", inputs);
        if (!wantImages(out, "Cropping2D", inputs[0].shape, first)) {
            return out;
        }
        const Image in = imageOf(inputs[0].shape, first);
        const auto left = [](std::int64_t n, std::int64_t a, std::int64_t b) { return n == kUnknown ? kUnknown : n - a - b; };
        const Image result{left(in.height, cropping[0], cropping[1]), left(in.width, cropping[2], cropping[3]), in.channels};
        if ((in.height != kUnknown && result.height < 1) || (in.width != kUnknown && result.width < 1)) {
            out.problems.push_back({"nothing_left",
                                    cat("Cropping2D cuts off the whole image: of ", sampleText(inputs[0].shape), " nothing is left. Cut off less."), 0, "cropping",
                                    {setParameter("Cut nothing off", "cropping", Value::List{0, 0, 0, 0})}});
            return out;
        }
        out.outputs.push_back({shapeOf(inputs[0].shape[0], result, first), DType::float32});
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const bool first = channelsFirst(data_format);
        const Image in = imageOf(inputs[0].shape, first);
        return samplingOp(in, Taps::shifted(in.height, in.height - cropping[0] - cropping[1], -cropping[0]),
                          Taps::shifted(in.width, in.width - cropping[2] - cropping[3], -cropping[2]), first);
    }
};

} // namespace

LayerType cropping2d() {
    using L = Value::List;
    LayerType t;
    t.name = "Cropping2D";
    t.family = Family::shape;
    t.help = "Cuts lines and columns off the edges of an image.";
    t.formula = "y = x without its edges";
    t.synonyms = {"crop", "cut", "trim", "slice"};
    t.keyParameters = {"cropping"};
    bindLayer<Cropping2D>(t);
    t.fromKeras = [](ParamMap config) { return flatMargins(std::move(config), "cropping"); };
    t.toKeras = [](ParamMap params) { return nestedMargins(std::move(params), "cropping"); };
    t.examples = withChannelsFirst({{{}, {{{2, 2, 3, 3}}}}, {{{"cropping", L{0, 2, 1, 0}}}, {{{2, 4, 3, 17}}}}, {{{"cropping", L{1, 1, 1, 1}}}, {{{2, 4, 3, 1}}}}});
    return t;
}

} // namespace weft::layers
