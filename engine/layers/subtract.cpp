// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/merge.h"

namespace weft::layers {
namespace {

struct Subtract {
    static Binding<Subtract> binding() { return {}; }
    Inference infer(std::span<const TensorSpec> inputs) const { return inferElementwise("Subtract", inputs); }
    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const { return differenceOp(inputs); }
};

} // namespace

LayerType subtract() {
    LayerType t;
    t.name = "Subtract";
    t.family = Family::merge;
    t.help = "Takes its second input from its first, number by number, as to compare two of them.";
    t.formula = "y = x₁ - x₂";
    t.synonyms = {"minus", "difference", "compare", "-"};
    t.kerasOperation = "keras.src.ops.numpy.Subtract";
    bindLayer<Subtract>(t);
    t.masks = mergedMask;
    t.inputs = {2, 2, {}};
    t.examples = {{{}, {{{3, 7}}, {{3, 7}}}}, {{}, {{{2, 3, 4}}, {{2, 4}}}}, {{}, {{{2, 3, 1, 5}}, {{2, 1, 4, 1}}}}, {{}, {{{4}}, {{4}}}}};
    return t;
}

} // namespace weft::layers
