// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/sampling.h"

namespace weft::layers {
namespace {

struct UpSampling1D {
    std::int64_t size = 2;

    static Binding<UpSampling1D> binding() {
        Binding<UpSampling1D> b;
        b("size", &UpSampling1D::size, "Size", "How often every step is repeated.").min(1).max(1e6);
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        wantFloat(out, "UpSampling1D", inputs);
        if (wantSequence(out, "UpSampling1D", inputs[0].shape, false)) {
            const Shape& in = inputs[0].shape;
            out.outputs.push_back({{in[0], in[1] == kUnknown ? kUnknown : in[1] * size, in[2]}, DType::float32});
            checkSizes(out);
        }
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const Image in = sequenceOf(inputs[0].shape, false);
        return samplingOp(in, Taps::repeated(1, 1), Taps::repeated(in.width, size), false);
    }
};

} // namespace

LayerType up_sampling1d() {
    LayerType t;
    t.name = "UpSampling1D";
    t.family = Family::shape;
    t.help = "Makes a sequence longer by repeating each of its steps.";
    t.formula = "y[i] = x[i / size]";
    t.synonyms = {"upsample", "lengthen", "repeat", "stretch"};
    t.keyParameters = {"size"};
    bindLayer<UpSampling1D>(t);
    t.examples = {{{}, {{{2, 3, 5}}}}, {{{"size", 3}}, {{{3, 2, 17}}}}, {{{"size", 1}}, {{{2, 2, 2}}}}};
    return t;
}

} // namespace weft::layers
