// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/project/project.h"

#include <string>
#include <vector>

namespace weft {

/// The ends of a drawing: Input layers from which something is computed, and what depends on them and no box takes; of a nested model
/// every output that is not taken, of any other box the first if none of its outputs is. `name` is empty.
ModelDef endsOf(const Graphs& graphs, const Graph& graph);

/// Names of a model's inputs and outputs: those of their layers, later outputs of one layer numbered as Keras numbers them.
struct EndNames {
    std::vector<std::string> inputs, outputs;
};
EndNames endNames(const Graph& graph, const ModelDef& model);

/// Of all models of a project.
std::map<ModelId, EndNames> endNames(const Project& project);

/// Training configurations go with inputs and outputs that have another name than `before`, where their number is the same.
void followNames(Project& project, const std::map<ModelId, EndNames>& before);

} // namespace weft
