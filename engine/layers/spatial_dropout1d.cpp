// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/dropout.h"
#include "engine/layers/window.h"

namespace weft::layers {
namespace {

struct SpatialDropout1D {
    double rate = 0.5;
    std::optional<std::int64_t> seed;

    static Binding<SpatialDropout1D> binding() {
        using T = SpatialDropout1D;
        Binding<T> b;
        b("rate", &T::rate, "Rate", "Share of the channels that are set to 0 in a training step: 0.2 drops one in five.").min(0).max(1).required();
        b("seed", &T::seed, "Seed", "A number that gives this layer random numbers of its own; none: they follow the seed of the training.").advanced();
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        wantFloat(out, "SpatialDropout1D", inputs);
        if (wantSequence(out, "SpatialDropout1D", inputs[0].shape, false)) {
            out.outputs.push_back({inputs[0].shape, DType::float32});
        }
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const Shape& in = inputs[0].shape;
        return dropoutOp(in, rate, seed, Shape({in[0], 1, in[2]}));
    }
};

} // namespace

LayerType spatial_dropout1d() {
    LayerType t;
    t.name = "SpatialDropout1D";
    t.family = Family::regularization;
    t.help = "Sets whole channels of a sequence to 0 while training, where neighbours are so alike that single numbers would not be missed.";
    t.formula = "y = x · mask / (1 - rate) in training, one mask value for each channel; y = x otherwise";
    t.synonyms = {"regularization", "overfitting", "drop channels", "noise"};
    t.keyParameters = {"rate"};
    bindLayer<SpatialDropout1D>(t);
    t.isRandom = true;
    t.masks = passMask;
    t.examples = {{{{"rate", 0.4}}, {{{4, 3, 9}}}}, {{{"rate", 0.0}}, {{{2, 3, 2}}}}, {{{"rate", 0.5}, {"seed", 3}}, {{{3, 2, 17}}}}};
    return t;
}

} // namespace weft::layers
