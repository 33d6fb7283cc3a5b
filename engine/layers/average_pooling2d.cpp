// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/pooling.h"

namespace weft::layers {

LayerType average_pooling2d() {
    using Parameters = Pooling<2, true>;
    LayerType t;
    t.name = Parameters::name();
    t.family = Family::pooling;
    t.help = "Shrinks an image: every window of pixels becomes its mean.";
    t.formula = "y = mean of x over the window";
    t.synonyms = {"pooling", "mean", "AvgPool2D", "downsample", "blur", "shrink"};
    t.keyParameters = {"pool_size", "strides"};
    bindLayer<Parameters>(t);
    t.examples = Parameters::examples();
    return t;
}

} // namespace weft::layers
