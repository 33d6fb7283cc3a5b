// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/pooling.h"

namespace weft::layers {

LayerType global_average_pooling2d() {
    using Parameters = GlobalPooling<2, true>;
    LayerType t;
    t.name = Parameters::name();
    t.family = Family::pooling;
    t.help = "Makes one number of each channel of an image: its mean. Often the bridge from convolutions to the last Dense layer.";
    t.formula = "y = mean of x over height and width";
    t.synonyms = {"global pooling", "GlobalAvgPool2D", "reduce mean", "mean"};
    bindLayer<Parameters>(t);
    t.examples = Parameters::examples();
    return t;
}

} // namespace weft::layers
