// SPDX-License-Identifier: Apache-2.0
#include "engine/project/graph_copier.h"

namespace weft {

GraphId GraphCopier::copy(GraphId id, const std::set<CallId>* only, ModelId wanted) {
    if (const auto known = m_graphs.find(id); known != m_graphs.end()) {
        return known->second;
    }
    const Graph& graph = m_from.graphs.at(id);
    const auto now = m_into.ids.next<GraphTag>();
    m_graphs[id] = now; // before what is inside, which may lead back here
    Graph made;
    made.name = graph.name;
    for (const auto& [callId, call] : graph.calls) {
        if (only && !only->contains(callId)) {
            continue;
        }
        m_calls[callId] = m_into.ids.next<CallTag>();
        if (m_layers.try_emplace(call.layer).second) {
            m_layers[call.layer] = m_into.ids.next<LayerTag>();
            made.layers[m_layers[call.layer]] = layerFrom(graph, call.layer);
        }
        if (const auto place = m_from.layout.find(callId); place != m_from.layout.end()) {
            m_into.layout[m_calls[callId]] = place->second;
        }
    }
    for (const auto& [callId, call] : graph.calls) {
        if (m_calls.contains(callId)) {
            Call copied{m_layers.at(call.layer), {}};
            for (const auto& input : call.inputs) {
                copied.inputs.push_back(input ? source(*input) : std::nullopt);
            }
            made.calls[m_calls.at(callId)] = std::move(copied);
        }
    }
    for (const auto& [modelId, def] : graph.models) {
        if (!only || modelId == wanted) {
            made.models[model(modelId)] = modelFrom(def);
        }
    }
    m_into.graphs.emplace(now, std::move(made));
    return now;
}

ModelId GraphCopier::model(ModelId id) {
    const auto [at, isNew] = m_models.try_emplace(id);
    if (isNew) {
        at->second = m_into.ids.next<ModelTag>();
    }
    return at->second;
}

Weights GraphCopier::weights(const Weights& weights) const {
    Weights now;
    for (const auto& [key, tensor] : weights) {
        WeightKey moved{{}, key.name};
        for (const LayerId layer : key.path) {
            if (const auto at = m_layers.find(layer); at != m_layers.end()) {
                moved.path.push_back(at->second);
            }
        }
        if (moved.path.size() == key.path.size()) {
            now.emplace(std::move(moved), tensor);
        }
    }
    return now;
}

std::optional<Source> GraphCopier::source(const Source& source) const {
    const auto at = m_calls.find(source.call);
    return at == m_calls.end() ? std::nullopt : std::optional(Source{at->second, source.output});
}

Layer GraphCopier::layerFrom(const Graph& graph, LayerId id) {
    const Layer* found = graph.layer(id);
    Layer layer = found ? *found : Layer{};
    if (layer.graph) {
        const bool there = m_from.graphs.contains(layer.graph);
        layer.graph = there ? copy(layer.graph, nullptr, {}) : GraphId{};
        layer.model = there ? model(layer.model) : ModelId{};
    }
    return layer;
}

ModelDef GraphCopier::modelFrom(const ModelDef& model) const {
    ModelDef copied = model;
    copied.inputs.clear();
    copied.outputs.clear();
    for (const CallId input : model.inputs) {
        if (const auto at = m_calls.find(input); at != m_calls.end()) {
            copied.inputs.push_back(at->second);
        }
    }
    for (const Source& output : model.outputs) {
        if (const auto now = source(output)) {
            copied.outputs.push_back(*now);
        }
    }
    return copied;
}

} // namespace weft
