// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

#include <map>
#include <set>
#include <vector>

namespace weft {

/// All calls of a graph so that each stands after those it depends on; ties by id. Calls on a cycle, and what depends on them, are left out.
std::vector<CallId> topologicalOrder(const Graph& graph);

/// The calls that a model runs: its inputs and all that its outputs depend on, as far as back to the inputs.
std::set<CallId> callsOfModel(const Graph& graph, const ModelDef& model);

/// The same calls by layer, each layer's in the order of their ids.
std::map<LayerId, std::vector<CallId>> callsByLayer(const Graph& graph, const ModelDef& model);

/// The layers of a model in the order in which Keras lists them (`model.layers`, and so `model.weights` and the summary): by falling
/// depth, then as a walk from the outputs meets them (Keras 3, `map_graph_network`). The graph must have no cycle.
std::vector<LayerId> layersInKerasOrder(const Graph& graph, const ModelDef& model);

} // namespace weft
