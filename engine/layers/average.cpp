// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/merge.h"

namespace weft::layers {
namespace {

struct Average {
    static Binding<Average> binding() { return {}; }
    Inference infer(std::span<const TensorSpec> inputs) const { return inferElementwise("Average", inputs); }
    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const { return sumOp(inputs, 1.0F / static_cast<float>(inputs.size())); }
};

} // namespace

LayerType average() {
    LayerType t;
    t.name = "Average";
    t.family = Family::merge;
    t.help = "The mean of its inputs, number by number, as where several models vote.";
    t.formula = "y = (x₁ + x₂ + … + xₙ) / n";
    t.synonyms = {"mean", "ensemble", "vote"};
    bindLayer<Average>(t);
    t.masks = mergedMask;
    t.inputs = {2, -1, {}};
    t.examples = elementwiseExamples();
    return t;
}

} // namespace weft::layers
