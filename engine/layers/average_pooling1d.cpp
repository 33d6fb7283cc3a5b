// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/pooling.h"

namespace weft::layers {

LayerType average_pooling1d() {
    using Parameters = Pooling<1, true>;
    LayerType t;
    t.name = Parameters::name();
    t.family = Family::pooling;
    t.help = "Shortens a sequence: every few steps become their mean.";
    t.formula = "y = mean of x over the window";
    t.synonyms = {"pooling", "mean", "AvgPool1D", "downsample", "smooth", "shorten"};
    t.keyParameters = {"pool_size", "strides"};
    bindLayer<Parameters>(t);
    t.examples = Parameters::examples();
    return t;
}

} // namespace weft::layers
