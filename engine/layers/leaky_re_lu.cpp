// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/layers/pointwise.h"

#include <limits>

namespace weft::layers {
namespace {

struct LeakyReLU {
    double negative_slope = 0.3;

    static Binding<LeakyReLU> binding() {
        Binding<LeakyReLU> b;
        b("negative_slope", &LeakyReLU::negative_slope, "Negative slope", "What negative numbers are multiplied by.").min(0);
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const { return inferPointwise("LeakyReLU", inputs); }
    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        return pointwiseOp(inputs, Rectifier{static_cast<float>(negative_slope), 0.0F, std::numeric_limits<float>::infinity()});
    }
};

} // namespace

LayerType leaky_re_lu() {
    LayerType t;
    t.name = "LeakyReLU";
    t.family = Family::activation;
    t.help = "Makes negative numbers small instead of cutting them off, so that no part of a network falls silent for good.";
    t.formula = "y = x where x > 0, else negative_slope · x";
    t.synonyms = {"leaky", "rectifier", "nonlinearity"};
    t.keyParameters = {"negative_slope"};
    bindLayer<LeakyReLU>(t);
    t.masks = passMask;
    t.examples = {{{}, {{{3, 17}}}}, {{{"negative_slope", 0.01}}, {{{2, 3, 5}}}}};
    return t;
}

} // namespace weft::layers
