// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/follow.h"

#include "engine/graph/edits.h"
#include "engine/layers/layer_type.h"

#include <algorithm>
#include <set>

namespace weft::ui {

namespace {

bool isInput(const Graph& graph, CallId call) {
    const Layer* layer = graph.layerOf(call);
    const LayerType* type = layer ? findLayerType(layer->type) : nullptr;
    return type && type->isInput;
}

struct Ends {
    std::vector<CallId> inputs;
    std::vector<Source> outputs;
};

Ends endsOf(const Graph& graph) {
    std::set<CallId> fed; // depends on an Input
    std::set<CallId> used;
    for (const auto& [id, call] : graph.calls) {
        if (isInput(graph, id)) {
            fed.insert(id);
        }
        for (const std::optional<Source>& source : call.inputs) {
            if (source) {
                used.insert(source->call);
            }
        }
    }
    for (bool grows = true; grows;) {
        grows = false;
        for (const auto& [id, call] : graph.calls) {
            const bool reached = std::any_of(call.inputs.begin(), call.inputs.end(), [&](const auto& s) { return s && fed.contains(s->call); });
            grows = (reached && fed.insert(id).second) || grows;
        }
    }
    Ends ends;
    for (const CallId id : fed) {
        if (isInput(graph, id)) {
            if (used.contains(id)) {
                ends.inputs.push_back(id);
            }
        } else if (!used.contains(id)) {
            ends.outputs.push_back({id, 0});
        }
    }
    return ends;
}

/// `now` in the order in which `before` had them; new ones at the end.
template <class T>
std::vector<T> keepOrder(const std::vector<T>& before, const std::vector<T>& now) {
    std::vector<T> ordered;
    for (const T& end : before) {
        if (std::find(now.begin(), now.end(), end) != now.end()) {
            ordered.push_back(end);
        }
    }
    for (const T& end : now) {
        if (std::find(ordered.begin(), ordered.end(), end) == ordered.end()) {
            ordered.push_back(end);
        }
    }
    return ordered;
}

template <class T>
bool sameSet(std::vector<T> a, std::vector<T> b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
}

template <class Map>
void renameKey(Map& map, const std::string& from, const std::string& to) {
    if (auto node = map.extract(from); !node.empty() && !map.contains(to)) {
        node.key() = to;
        map.insert(std::move(node));
    }
}

void followNames(const Graph& before, const Graph& after, Project& project) {
    for (const auto& [id, model] : after.models) {
        const auto config = project.training.find(id);
        if (config == project.training.end()) {
            continue;
        }
        const auto follow = [&](CallId call, auto& map) {
            const Layer* old = before.layerOf(call);
            const Layer* now = after.layerOf(call);
            if (old && now && old->name != now->name) {
                renameKey(map, old->name, now->name);
            }
        };
        for (const CallId input : model.inputs) {
            follow(input, config->second.inputs);
        }
        for (const Source& output : model.outputs) {
            follow(output.call, config->second.outputs);
        }
    }
}

} // namespace

void followDrawing(const Project& before, Project& after) {
    for (auto& [id, graph] : after.graphs) {
        const auto old = before.graphs.find(id);
        if (old != before.graphs.end() && old->second == graph) {
            continue;
        }
        const Graph empty;
        const Graph& was = old == before.graphs.end() ? empty : old->second;
        const Ends endsBefore = endsOf(was);
        const Ends ends = endsOf(graph);
        for (auto& [modelId, model] : graph.models) {
            const ModelDef* then = was.model(modelId);
            const bool untouched = then && then->inputs == model.inputs && then->outputs == model.outputs;
            const bool followed = then && sameSet(then->inputs, endsBefore.inputs) && sameSet(then->outputs, endsBefore.outputs);
            // An edit that removes a call takes it out of its models by itself.
            const bool onlyLost = then && std::all_of(model.inputs.begin(), model.inputs.end(), [&](CallId c) {
                                      return std::find(then->inputs.begin(), then->inputs.end(), c) != then->inputs.end();
                                  }) && std::all_of(model.outputs.begin(), model.outputs.end(), [&](const Source& s) {
                                      return std::find(then->outputs.begin(), then->outputs.end(), s) != then->outputs.end();
                                  });
            if (followed && (untouched || onlyLost)) {
                model.inputs = keepOrder(then->inputs, ends.inputs);
                model.outputs = keepOrder(then->outputs, ends.outputs);
            }
        }
        if (graph.calls.empty()) {
            std::erase_if(graph.models, [](const auto& m) { return m.second.inputs.empty() && m.second.outputs.empty(); });
        } else if (graph.models.empty() && !ends.inputs.empty() && !ends.outputs.empty()) {
            defineModel(graph, after.ids, {"model", ends.inputs, ends.outputs});
        }
        followNames(was, graph, after);
    }
}

} // namespace weft::ui
