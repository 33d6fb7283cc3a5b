// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/sampling.h"

namespace weft::layers {
namespace {

struct ZeroPadding1D {
    std::vector<std::int64_t> padding = {1, 1};
    std::string data_format = kDataFormats[0];

    static Binding<ZeroPadding1D> binding() {
        using T = ZeroPadding1D;
        Binding<T> b;
        b("padding", &T::padding, "Padding", "Steps of zeros: before, after.").length(2).min(0).max(1e6);
        b("data_format", &T::data_format, "Data format", "Whether channels are the last dimension of a sample or the first.").choices(kDataFormats).advanced();
        return b;
    }

    Image padded(Image in) const {
        in.width = in.width == kUnknown ? kUnknown : in.width + padding[0] + padding[1];
        return in;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const bool first = channelsFirst(data_format);
        wantFloat(out, "ZeroPadding1D", inputs);
        if (wantSequence(out, "ZeroPadding1D", inputs[0].shape, first)) {
            out.outputs.push_back({shapeOfSequence(inputs[0].shape[0], padded(sequenceOf(inputs[0].shape, first)), first), DType::float32});
            checkSizes(out);
        }
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const bool first = channelsFirst(data_format);
        const Image in = sequenceOf(inputs[0].shape, first);
        return samplingOp(in, Taps::repeated(1, 1), Taps::shifted(in.width, padded(in).width, padding[0]), first);
    }
};

} // namespace

LayerType zero_padding1d() {
    using L = Value::List;
    LayerType t;
    t.name = "ZeroPadding1D";
    t.family = Family::shape;
    t.help = "Puts steps of zeros before and after a sequence.";
    t.formula = "y = x with zeros before and after";
    t.synonyms = {"pad", "border", "margin"};
    t.keyParameters = {"padding"};
    bindLayer<ZeroPadding1D>(t);
    t.examples = withChannelsFirst({{{}, {{{2, 3, 3}}}}, {{{"padding", L{0, 2}}}, {{{2, 2, 17}}}}});
    return t;
}

} // namespace weft::layers
