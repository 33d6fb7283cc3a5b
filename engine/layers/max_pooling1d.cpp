// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/pooling.h"

namespace weft::layers {

LayerType max_pooling1d() {
    using Parameters = Pooling<1, false>;
    LayerType t;
    t.name = Parameters::name();
    t.family = Family::pooling;
    t.help = "Shortens a sequence: of every few steps only the largest value remains.";
    t.formula = "y = max of x over the window";
    t.synonyms = {"pooling", "max pool", "MaxPool1D", "downsample", "shorten"};
    t.keyParameters = {"pool_size", "strides"};
    bindLayer<Parameters>(t);
    t.examples = Parameters::examples();
    return t;
}

} // namespace weft::layers
