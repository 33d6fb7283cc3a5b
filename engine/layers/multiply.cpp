// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/merge.h"

namespace weft::layers {
namespace {

struct Multiply {
    static Binding<Multiply> binding() { return {}; }
    Inference infer(std::span<const TensorSpec> inputs) const { return inferElementwise("Multiply", inputs); }
    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const { return productOp(inputs); }
};

} // namespace

LayerType multiply() {
    LayerType t;
    t.name = "Multiply";
    t.family = Family::merge;
    t.help = "Multiplies its inputs number by number, as where one of them says how much of the other counts.";
    t.formula = "y = x₁ · x₂ · …";
    t.synonyms = {"times", "product", "gate", "attention", "*"};
    t.kerasOperation = "keras.src.ops.numpy.Multiply";
    bindLayer<Multiply>(t);
    t.masks = mergedMask;
    t.inputs = {2, -1, {}};
    t.examples = elementwiseExamples();
    return t;
}

} // namespace weft::layers
