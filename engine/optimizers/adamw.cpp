// SPDX-License-Identifier: Apache-2.0
#include "engine/optimizers/adam.h"

#include <algorithm>

namespace weft::optimizers {

OptimizerType adamw() {
    OptimizerType type;
    type.name = "AdamW";
    type.title = "AdamW";
    type.help = "Adam that also shrinks every weight a little at each step; what transformers are usually trained with.";
    type.formula = "w = w - rate · weight_decay · w, then as Adam";
    type.aliases = {"adamw"};
    bindOptimizer<Adam>(type, 0.001);
    std::find_if(type.schema.begin(), type.schema.end(), [](const Parameter& p) { return p.name == "weight_decay"; })->defaultValue = 0.004;
    return type;
}

} // namespace weft::optimizers
