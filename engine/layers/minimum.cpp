// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/merge.h"

namespace weft::layers {
namespace {

struct Minimum {
    static Binding<Minimum> binding() { return {}; }
    Inference infer(std::span<const TensorSpec> inputs) const { return inferElementwise("Minimum", inputs); }
    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const { return extremeOp(inputs, false); }
};

} // namespace

LayerType minimum() {
    LayerType t;
    t.name = "Minimum";
    t.family = Family::merge;
    t.help = "Keeps the smallest of its inputs, number by number.";
    t.formula = "y = min(x₁, x₂, …)";
    t.synonyms = {"min", "smallest"};
    t.kerasOperation = "keras.src.ops.numpy.Minimum";
    bindLayer<Minimum>(t);
    t.masks = mergedMask;
    t.inputs = {2, -1, {}};
    t.examples = elementwiseExamples();
    return t;
}

} // namespace weft::layers
