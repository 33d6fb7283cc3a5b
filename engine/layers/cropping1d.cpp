// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/sampling.h"

namespace weft::layers {
namespace {

struct Cropping1D {
    std::vector<std::int64_t> cropping = {1, 1};

    static Binding<Cropping1D> binding() {
        Binding<Cropping1D> b;
        b("cropping", &Cropping1D::cropping, "Cropping", "Steps to cut off: at the beginning, at the end.").length(2).min(0).max(1e6);
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        wantFloat(out, "Cropping1D", inputs);
        if (!wantSequence(out, "Cropping1D", inputs[0].shape, false)) {
            return out;
        }
        const Shape& in = inputs[0].shape;
        const std::int64_t left = in[1] == kUnknown ? kUnknown : in[1] - cropping[0] - cropping[1];
        if (in[1] != kUnknown && left < 1) {
            out.problems.push_back({"nothing_left", cat("Cropping1D cuts off the whole sequence: of ", in[1], " steps nothing is left. Cut off less."), 0, "cropping",
                                    {setParameter("Cut nothing off", "cropping", Value::List{0, 0})}});
            return out;
        }
        out.outputs.push_back({{in[0], left, in[2]}, DType::float32});
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const Image in = sequenceOf(inputs[0].shape, false);
        return samplingOp(in, Taps::repeated(1, 1), Taps::shifted(in.width, in.width - cropping[0] - cropping[1], -cropping[0]), false);
    }
};

} // namespace

LayerType cropping1d() {
    using L = Value::List;
    LayerType t;
    t.name = "Cropping1D";
    t.family = Family::shape;
    t.help = "Cuts steps off the beginning and the end of a sequence.";
    t.formula = "y = x without its first and last steps";
    t.synonyms = {"crop", "cut", "trim", "slice"};
    t.keyParameters = {"cropping"};
    bindLayer<Cropping1D>(t);
    t.examples = {{{}, {{{2, 4, 3}}}}, {{{"cropping", L{0, 2}}}, {{{2, 3, 17}}}}};
    return t;
}

} // namespace weft::layers
