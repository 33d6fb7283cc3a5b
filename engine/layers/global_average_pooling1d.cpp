// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/pooling.h"

namespace weft::layers {

LayerType global_average_pooling1d() {
    using Parameters = GlobalPooling<1, true>;
    LayerType t;
    t.name = Parameters::name();
    t.family = Family::pooling;
    t.help = "Makes one number of each channel of a sequence: its mean over the steps that count.";
    t.formula = "y = mean of x over the steps";
    t.synonyms = {"global pooling", "GlobalAvgPool1D", "reduce mean", "mean", "bag of words"};
    bindLayer<Parameters>(t);
    // It looks at a mask, but hands none on.
    t.masks = [](const ParamMap&, std::span<const TensorSpec>, std::span<const std::optional<Shape>>) { return std::vector<MaskOf>(1); };
    t.examples = Parameters::examples();
    return t;
}

} // namespace weft::layers
