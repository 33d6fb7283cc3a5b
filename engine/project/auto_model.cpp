// SPDX-License-Identifier: Apache-2.0
#include "engine/project/auto_model.h"

#include "engine/graph/edits.h"
#include "engine/layers/layer_type.h"

#include <algorithm>
#include <set>

namespace weft {

namespace {

constexpr const char* kName = "model";

/// `wanted` in the order of `before`, then what is new.
template <class T>
std::vector<T> inOldOrder(const std::vector<T>& before, const std::vector<T>& wanted) {
    std::vector<T> out;
    for (const auto* list : {&before, &wanted}) {
        for (const T& end : *list) {
            if (std::find(wanted.begin(), wanted.end(), end) != wanted.end() && std::find(out.begin(), out.end(), end) == out.end()) {
                out.push_back(end);
            }
        }
    }
    return out;
}

ModelDef endsOf(const Graph& graph) {
    std::map<CallId, std::vector<CallId>> consumers;
    for (const auto& [id, call] : graph.calls) {
        for (const auto& input : call.inputs) {
            if (input && graph.call(input->call)) {
                consumers[input->call].push_back(id);
            }
        }
    }
    ModelDef def{kName, {}, {}};
    std::set<CallId> reached;
    std::vector<CallId> waiting;
    for (const auto& [id, call] : graph.calls) {
        const Layer* layer = graph.layer(call.layer);
        const LayerType* type = layer ? findLayerType(layer->type) : nullptr;
        if (type && type->isInput && consumers.contains(id)) {
            def.inputs.push_back(id);
            reached.insert(id);
            waiting.push_back(id);
        }
    }
    while (!waiting.empty()) {
        const CallId at = waiting.back();
        waiting.pop_back();
        for (const CallId next : consumers[at]) {
            if (reached.insert(next).second) {
                waiting.push_back(next);
            }
        }
    }
    for (const CallId id : reached) {
        if (consumers[id].empty()) {
            def.outputs.push_back({id, 0});
        }
    }
    return def;
}

} // namespace

void keepDefaultModel(Project& project) {
    Graph& graph = project.rootGraph();
    const bool ours = graph.models.size() == 1 && graph.models.begin()->second.name == kName;
    if (!graph.models.empty() && !ours) {
        return;
    }
    if (graph.calls.empty()) {
        graph.models.clear();
        return;
    }
    ModelDef def = endsOf(graph);
    if (def.outputs.empty()) {
        return;
    }
    if (ours) {
        const ModelDef& before = graph.models.begin()->second;
        def.inputs = inOldOrder(before.inputs, def.inputs);
        def.outputs = inOldOrder(before.outputs, def.outputs);
    }
    defineModel(graph, project.ids, std::move(def));
}

} // namespace weft
