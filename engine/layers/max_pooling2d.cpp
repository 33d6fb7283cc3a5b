// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/pooling.h"

namespace weft::layers {

LayerType max_pooling2d() {
    using Parameters = Pooling<2, false>;
    LayerType t;
    t.name = Parameters::name();
    t.family = Family::pooling;
    t.help = "Shrinks an image: of every window of pixels only the largest value remains.";
    t.formula = "y = max of x over the window";
    t.synonyms = {"pooling", "max pool", "MaxPool2D", "downsample", "subsample", "shrink"};
    t.keyParameters = {"pool_size", "strides"};
    bindLayer<Parameters>(t);
    t.examples = Parameters::examples();
    return t;
}

} // namespace weft::layers
