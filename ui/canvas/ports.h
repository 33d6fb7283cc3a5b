// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/model/analysis.h"

#include <QString>

#include <set>

namespace weft::ui {

/// Ports of a box.
struct PortCount {
    int inputs = 0;     ///< wired or not
    bool grows = false; ///< offers one more
    int optional = 0;   ///< the last of `inputs`, which may stay without a wire
    int outputs = 1;    ///< of a box that runs a model; of others the analysis knows
    bool named = false; ///< several, with names: they need room for them
};
PortCount portsOf(const Graphs& graphs, const Graph& graph, CallId call);

/// The model that a box runs; null where it runs none, or one that is not there.
const ModelDef* modelOf(const Graphs& graphs, const Graph& graph, CallId call);

/// The ports that a new box of this type begins with.
int firstPorts(const LayerType& type);

/// True where the type takes any number of inputs, so that a port without a wire is taken away again.
bool takesAnyNumber(const LayerType& type);

/// Takes away the unwired ports of boxes that take any number of inputs, and the last ones of those that may have more than they need.
void tidyPorts(Graph& graph);

/// `call` and all that depend on it. A wire from one of these into `call` would close a cycle.
std::set<CallId> dependents(const Graph& graph, CallId call);
/// `call` and all that it depends on. A wire from `call` into one of these would close a cycle.
std::set<CallId> dependencies(const Graph& graph, CallId call);

/// What the layer of `to` would say of this wire, its other inputs being what they are: a sentence, or nothing if the wire fits or
/// if that cannot be known yet.
QString misfit(const Graph& graph, const Analysis& analysis, Source from, CallId to, int port);

/// Whether a new layer of this type could take such a tensor, alone or several times. What a parameter can mend is no hindrance.
bool takes(const LayerType& type, const TensorSpec& tensor);

} // namespace weft::ui
