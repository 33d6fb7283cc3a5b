// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

#include <string_view>

namespace weft {

/// `base` if no layer of the graph has that name, else `base_1`, `base_2`, ...
std::string freeLayerName(const Graph& graph, std::string_view base);

/// Adds a layer and its first call with `inputPorts` unwired ports. Returns the call.
CallId addLayer(Graph& graph, IdSource& ids, Layer layer, int inputPorts);

/// Calls a layer that is there once more.
CallId addCall(Graph& graph, IdSource& ids, LayerId layer, int inputPorts);

/// Wires `source` into port `port` of `to`, growing the list of ports where `port` is one past its end;
/// what was wired there is replaced.
void connect(Graph& graph, Source source, CallId to, int port);

/// Takes the wire off a port. `shrink`: also drop the port, as a layer with any number of inputs does.
void disconnect(Graph& graph, CallId to, int port, bool shrink);

/// Removes a call, the wires at it, its places in models, and its layer if that was the last call.
void removeCall(Graph& graph, CallId id);

/// True where a wire from `from` to `to` would close a cycle: `from` depends on `to`, or is it.
bool dependsOn(const Graph& graph, CallId from, CallId to);

/// The model with this name and these ends, made or replaced. Returns its id.
ModelId defineModel(Graph& graph, IdSource& ids, ModelDef def);

} // namespace weft
