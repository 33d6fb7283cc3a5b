// SPDX-License-Identifier: Apache-2.0
#include "engine/project/ends.h"

#include "engine/layers/layer_type.h"

#include <set>

namespace weft {
namespace {

/// Entries under their new names; entries of other names stay unless a new name takes their place.
template <class T>
void rename(std::map<std::string, T>& map, const std::vector<std::string>& before, const std::vector<std::string>& after) {
    if (before.size() != after.size() || before == after) {
        return;
    }
    std::map<std::string, T> renamed;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (auto node = map.extract(before[i])) {
            node.key() = after[i];
            renamed.insert(std::move(node));
        }
    }
    renamed.merge(map);
    map = std::move(renamed);
}

} // namespace

ModelDef endsOf(const Graphs& graphs, const Graph& graph) {
    std::map<CallId, std::vector<CallId>> consumers;
    std::set<Source> taken;
    for (const auto& [id, call] : graph.calls) {
        for (const auto& input : call.inputs) {
            if (input && graph.call(input->call)) {
                consumers[input->call].push_back(id);
                taken.insert(*input);
            }
        }
    }
    ModelDef ends;
    std::set<CallId> reached;
    std::vector<CallId> waiting;
    for (const auto& [id, call] : graph.calls) {
        const Layer* layer = graph.layer(call.layer);
        const LayerType* type = layer ? findLayerType(layer->type) : nullptr;
        if (type && type->isInput && consumers.contains(id)) {
            ends.inputs.push_back(id);
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
        const Layer* layer = graph.layerOf(id);
        const auto inner = layer && layer->graph ? graphs.find(layer->graph) : graphs.end();
        const ModelDef* model = inner == graphs.end() ? nullptr : inner->second.model(layer->model);
        for (int output = 0; model && output < static_cast<int>(model->outputs.size()); ++output) {
            if (!taken.contains({id, output})) {
                ends.outputs.push_back({id, output});
            }
        }
        if (!model && consumers[id].empty()) {
            ends.outputs.push_back({id, 0});
        }
    }
    return ends;
}

EndNames endNames(const Graph& graph, const ModelDef& model) {
    const auto nameOf = [&](CallId call) {
        const Layer* layer = graph.layerOf(call);
        return layer ? layer->name : std::string();
    };
    EndNames names;
    for (const CallId input : model.inputs) {
        names.inputs.push_back(nameOf(input));
    }
    std::map<std::string, int> seen;
    for (const Source& output : model.outputs) {
        const std::string name = nameOf(output.call);
        const int count = seen[name]++;
        names.outputs.push_back(count == 0 ? name : name + "_" + std::to_string(count));
    }
    return names;
}

std::map<ModelId, EndNames> endNames(const Project& project) {
    std::map<ModelId, EndNames> names;
    for (const auto& [graphId, graph] : project.graphs) {
        for (const auto& [id, model] : graph.models) {
            names[id] = endNames(graph, model);
        }
    }
    return names;
}

void followNames(Project& project, const std::map<ModelId, EndNames>& before) {
    for (const auto& [id, now] : endNames(project)) {
        const auto then = before.find(id);
        const auto config = project.training.find(id);
        if (then != before.end() && config != project.training.end()) {
            rename(config->second.inputs, then->second.inputs, now.inputs);
            rename(config->second.outputs, then->second.outputs, now.outputs);
        }
    }
}

} // namespace weft
