// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/pooling.h"

namespace weft::layers {

LayerType global_max_pooling1d() {
    using Parameters = GlobalPooling<1, false>;
    LayerType t;
    t.name = Parameters::name();
    t.family = Family::pooling;
    t.help = "Keeps only the largest value of each channel of a sequence, whenever it comes.";
    t.formula = "y = max of x over the steps";
    t.synonyms = {"global pooling", "GlobalMaxPool1D", "reduce max", "max"};
    bindLayer<Parameters>(t);
    t.examples = Parameters::examples();
    return t;
}

} // namespace weft::layers
