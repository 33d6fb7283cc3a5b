// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/pooling.h"

namespace weft::layers {

LayerType global_max_pooling2d() {
    using Parameters = GlobalPooling<2, false>;
    LayerType t;
    t.name = Parameters::name();
    t.family = Family::pooling;
    t.help = "Keeps only the largest value of each channel of an image, wherever it is.";
    t.formula = "y = max of x over height and width";
    t.synonyms = {"global pooling", "GlobalMaxPool2D", "reduce max", "max"};
    bindLayer<Parameters>(t);
    t.examples = Parameters::examples();
    return t;
}

} // namespace weft::layers
