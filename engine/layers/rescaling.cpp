// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/pointwise.h"

namespace weft::layers {
namespace {

struct Line {
    float scale, offset;
    float value(float x) const { return x * scale + offset; }
    float slope(float) const { return scale; }
};

struct Rescaling {
    double scale = 1.0 / 255;
    double offset = 0;

    static Binding<Rescaling> binding() {
        Binding<Rescaling> b;
        b("scale", &Rescaling::scale, "Scale", "What every number is multiplied by: 1/255 brings the brightness of pixels to 0 to 1.").required();
        b("offset", &Rescaling::offset, "Offset", "What is added afterwards.");
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const { return inferPointwise("Rescaling", inputs); }
    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        return pointwiseOp(inputs, Line{static_cast<float>(scale), static_cast<float>(offset)});
    }
};

} // namespace

LayerType rescaling() {
    LayerType t;
    t.name = "Rescaling";
    t.family = Family::preprocessing;
    t.help = "Multiplies every number by a fixed one and adds another, as to bring the brightness of pixels to 0 to 1.";
    t.formula = "y = x · scale + offset";
    t.synonyms = {"scale", "normalize", "divide", "255", "preprocessing"};
    t.keyParameters = {"scale", "offset"};
    bindLayer<Rescaling>(t);
    t.masks = passMask;
    t.examples = {{{{"scale", 0.5}, {"offset", -1.0}}, {{{3, 17}}}}, {{{"scale", 2.0}}, {{{2, 3, 3, 2}}}}};
    return t;
}

} // namespace weft::layers
