// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/weights.h"
#include "engine/project/project.h"

#include <set>

namespace weft {

/// Copies graphs of a project, and the graphs that they run, into another under new ids, each once. Both projects outlive it, and `from` is
/// not `into`.
class GraphCopier {
public:
    GraphCopier(Project& into, const Project& from) : m_into(into), m_from(from) {}

    /// All of a graph.
    GraphId whole(GraphId graph) { return copy(graph, nullptr, {}); }
    /// These calls and one model over them.
    GraphId part(GraphId graph, const std::set<CallId>& calls, ModelId model) { return copy(graph, &calls, model); }
    /// The id under which a model of a copied graph stands now.
    ModelId model(ModelId id);
    /// Weights under their new keys; those of layers that were not copied are left out.
    Weights weights(const Weights& weights) const;

private:
    GraphId copy(GraphId id, const std::set<CallId>* only, ModelId wanted);
    Layer layerFrom(const Graph& graph, LayerId id);
    ModelDef modelFrom(const ModelDef& model) const;
    std::optional<Source> source(const Source& source) const;

    Project& m_into;
    const Project& m_from;
    std::map<GraphId, GraphId> m_graphs;
    std::map<LayerId, LayerId> m_layers;
    std::map<CallId, CallId> m_calls;
    std::map<ModelId, ModelId> m_models;
};

} // namespace weft
