// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

#include <map>
#include <vector>

namespace weft {

/// The part of a graph that one model runs, in the order in which Keras lists it: layers by falling depth (longest way to an
/// output; a shared layer stands at its deepest call), and within one depth as a walk from the outputs back meets them.
/// `model.layers`, `model.weights`, files and the summary table follow this order.
struct ModelOrder {
    std::vector<LayerId> layers;
    std::map<LayerId, std::vector<CallId>> calls; ///< those that belong to the model, in the order of their ids
    std::map<CallId, int> depths;                 ///< of every call in the model

    /// No branch, no merge, no layer called twice.
    bool isChain(const Graph& graph) const;
};

/// Wires to calls that are not there and calls on a cycle are passed over.
ModelOrder orderOf(const Graph& graph, const ModelDef& model);

} // namespace weft
