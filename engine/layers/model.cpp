// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/layer_type.h"

namespace weft::layers {

LayerType model() {
    LayerType t;
    t.name = "Model";
    t.kerasClass = "Functional";
    t.family = Family::model;
    t.help = "A whole model used as one layer: every box that shows the same model layer works with the same weights.";
    t.formula = "y = model(x)";
    t.synonyms = {"Functional", "Sequential", "nested model", "submodel", "sub-model", "block", "network"};
    t.inputs = {0, -1, {}}; // the model that it names says how many
    t.isModel = true;
    return t;
}

} // namespace weft::layers
