// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/edits.h"

#include <algorithm>
#include <cassert>
#include <set>

namespace weft {

std::string freeLayerName(const Graph& graph, std::string_view base) {
    std::set<std::string_view> taken;
    for (const auto& [id, layer] : graph.layers) {
        taken.insert(layer.name);
    }
    std::string name(base);
    for (int number = 1; taken.contains(name); ++number) {
        name = std::string(base) + "_" + std::to_string(number);
    }
    return name;
}

CallId addLayer(Graph& graph, IdSource& ids, Layer layer, int inputPorts) {
    const auto id = ids.next<LayerTag>();
    graph.layers.emplace(id, std::move(layer));
    return addCall(graph, ids, id, inputPorts);
}

CallId addCall(Graph& graph, IdSource& ids, LayerId layer, int inputPorts) {
    const auto id = ids.next<CallTag>();
    graph.calls.emplace(id, Call{layer, std::vector<std::optional<Source>>(static_cast<std::size_t>(inputPorts))});
    return id;
}

void connect(Graph& graph, Source source, CallId to, int port) {
    Call* call = graph.call(to);
    assert(call && port >= 0 && port <= static_cast<int>(call->inputs.size()));
    if (port == static_cast<int>(call->inputs.size())) {
        call->inputs.emplace_back();
    }
    call->inputs[static_cast<std::size_t>(port)] = source;
}

void disconnect(Graph& graph, CallId to, int port, bool shrink) {
    Call* call = graph.call(to);
    if (!call || port < 0 || port >= static_cast<int>(call->inputs.size())) {
        return;
    }
    if (shrink) {
        call->inputs.erase(call->inputs.begin() + port);
    } else {
        call->inputs[static_cast<std::size_t>(port)].reset();
    }
}

void removeCall(Graph& graph, CallId id) {
    const auto found = graph.calls.find(id);
    if (found == graph.calls.end()) {
        return;
    }
    const LayerId layer = found->second.layer;
    graph.calls.erase(found);
    for (auto& [otherId, other] : graph.calls) {
        for (auto& input : other.inputs) {
            if (input && input->call == id) {
                input.reset();
            }
        }
    }
    for (auto& [modelId, model] : graph.models) {
        std::erase(model.inputs, id);
        std::erase_if(model.outputs, [&](const Source& output) { return output.call == id; });
    }
    if (graph.callsOf(layer).empty()) {
        graph.layers.erase(layer);
    }
}

bool dependsOn(const Graph& graph, CallId from, CallId to) {
    std::set<CallId> seen;
    std::vector<CallId> waiting{from};
    while (!waiting.empty()) {
        const CallId at = waiting.back();
        waiting.pop_back();
        if (at == to) {
            return true;
        }
        const Call* call = graph.call(at);
        if (!call || !seen.insert(at).second) {
            continue;
        }
        for (const auto& input : call->inputs) {
            if (input) {
                waiting.push_back(input->call);
            }
        }
    }
    return false;
}

ModelId defineModel(Graph& graph, IdSource& ids, ModelDef def) {
    for (auto& [id, model] : graph.models) {
        if (model.name == def.name) {
            model = std::move(def);
            return id;
        }
    }
    const auto id = ids.next<ModelTag>();
    graph.models.emplace(id, std::move(def));
    return id;
}

} // namespace weft
