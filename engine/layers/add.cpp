// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/merge.h"

namespace weft::layers {
namespace {

struct Add {
    static Binding<Add> binding() { return {}; }
    Inference infer(std::span<const TensorSpec> inputs) const { return inferElementwise("Add", inputs); }
    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const { return sumOp(inputs, 1.0F); }
};

} // namespace

LayerType add() {
    LayerType t;
    t.name = "Add";
    t.family = Family::merge;
    t.help = "Adds its inputs number by number, as where a shortcut in a residual network comes back in.";
    t.formula = "y = x₁ + x₂ + …";
    t.synonyms = {"sum", "plus", "residual", "skip connection", "shortcut", "+"};
    bindLayer<Add>(t);
    t.masks = mergedMask;
    t.inputs = {2, -1, {}};
    t.kerasOperation = "keras.src.ops.numpy.Add";
    t.examples = elementwiseExamples();
    return t;
}

} // namespace weft::layers
