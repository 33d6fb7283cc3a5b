// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace weft {

/// All calls of a graph so that each stands after those it depends on; ties by id. Calls on a cycle, and what depends on them, are left out.
std::vector<CallId> topologicalOrder(const Graph& graph);

/// The calls that a model runs: its inputs and all that its outputs depend on, as far as back to the inputs.
std::set<CallId> callsOfModel(const Graph& graph, const ModelDef& model);

/// The same calls by layer, each layer's in the order in which Keras makes and counts them: after those that they depend on, ties by id.
std::map<LayerId, std::vector<CallId>> callsByLayer(const Graph& graph, const ModelDef& model);

/// The layers of a model in the order in which Keras lists them (`model.layers`, and so `model.weights` and the summary): by falling
/// depth, then as a walk from the outputs meets them (Keras 3, `map_graph_network`). The graph must have no cycle.
std::vector<LayerId> layersInKerasOrder(const Graph& graph, const ModelDef& model);

/// The calls of a model that is one line from its only input to its only output, every layer called once, in that order. Empty where it is none.
std::vector<CallId> chainOf(const Graph& graph, const ModelDef& model);

/// True where a model came as Keras' Sequential and still is a chain.
bool isSequential(const Graph& graph, const ModelDef& model);
/// Keras' class of a layer, `Sequential` for a layer that is such a model. The layer's type where the catalogue has none of that name.
std::string kerasClassOf(const Graphs& graphs, const Layer& layer);

} // namespace weft
