// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/pointwise.h"

#include <cmath>

namespace weft::layers {
namespace {

struct Exponential {
    float alpha;
    float value(float x) const { return x > 0 ? x : alpha * std::expm1(x); }
    float slope(float x) const { return x > 0 ? 1.0F : alpha * std::exp(x); }
};

struct ELU {
    double alpha = 1;

    static Binding<ELU> binding() {
        Binding<ELU> b;
        b("alpha", &ELU::alpha, "Alpha", "The depth that negative numbers level out at.");
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const { return inferPointwise("ELU", inputs); }
    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const { return pointwiseOp(inputs, Exponential{static_cast<float>(alpha)}); }
};

} // namespace

LayerType elu() {
    LayerType t;
    t.name = "ELU";
    t.family = Family::activation;
    t.help = "Hands on what is positive and bends what is negative smoothly towards a lower limit.";
    t.formula = "y = x where x > 0, else alpha · (eˣ - 1)";
    t.synonyms = {"exponential linear unit", "nonlinearity"};
    t.keyParameters = {"alpha"};
    bindLayer<ELU>(t);
    t.masks = passMask;
    t.examples = {{{}, {{{3, 17}}}}, {{{"alpha", 0.5}}, {{{2, 3, 5}}}}};
    return t;
}

} // namespace weft::layers
