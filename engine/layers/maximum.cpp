// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/merge.h"

namespace weft::layers {
namespace {

struct Maximum {
    static Binding<Maximum> binding() { return {}; }
    Inference infer(std::span<const TensorSpec> inputs) const { return inferElementwise("Maximum", inputs); }
    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const { return extremeOp(inputs, true); }
};

} // namespace

LayerType maximum() {
    LayerType t;
    t.name = "Maximum";
    t.family = Family::merge;
    t.help = "Keeps the largest of its inputs, number by number.";
    t.formula = "y = max(x₁, x₂, …)";
    t.synonyms = {"max", "largest"};
    t.kerasOperation = "keras.src.ops.numpy.Maximum";
    bindLayer<Maximum>(t);
    t.masks = mergedMask;
    t.inputs = {2, -1, {}};
    t.examples = elementwiseExamples();
    return t;
}

} // namespace weft::layers
