// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/follow.h"

#include "engine/graph/edits.h"
#include "engine/project/ends.h"

#include <algorithm>

namespace weft::ui {

namespace {

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

/// Configurations go with layers that got another name, unless the edit saw to that.
void followRenamedLayers(const Project& before, Project& after) {
    std::map<ModelId, EndNames> then;
    for (const auto& [graphId, graph] : before.graphs) {
        for (const auto& [id, model] : graph.models) {
            const auto now = after.graphs.find(graphId);
            const ModelDef* same = now == after.graphs.end() ? nullptr : now->second.model(id);
            const auto config = before.training.find(id);
            if (same && same->inputs == model.inputs && same->outputs == model.outputs && config != before.training.end() &&
                after.training.contains(id) && after.training.at(id) == config->second) {
                then[id] = endNames(graph, model);
            }
        }
    }
    followNames(after, then);
}

/// A sub-model that only one layer runs, and that is named like it, goes by its new name.
void followNameInside(const Project& before, Project& after) {
    std::map<GraphId, std::vector<std::pair<GraphId, LayerId>>> running;
    for (const auto& [graphId, graph] : after.graphs) {
        for (const auto& [id, layer] : graph.layers) {
            if (layer.graph) {
                running[layer.graph].emplace_back(graphId, id);
            }
        }
    }
    for (const auto& [inner, layers] : running) {
        const auto graph = after.graphs.find(inner);
        const auto then = before.graphs.find(layers.front().first);
        const Layer* old = then == before.graphs.end() ? nullptr : then->second.layer(layers.front().second);
        const Layer& now = after.graphs.at(layers.front().first).layers.at(layers.front().second);
        if (layers.size() != 1 || graph == after.graphs.end() || !old || old->name == now.name) {
            continue;
        }
        const auto model = graph->second.models.find(now.model);
        if (model != graph->second.models.end() && model->second.name == old->name && !graph->second.modelNamed(now.name)) {
            model->second.name = now.name;
            graph->second.name = graph->second.name == old->name ? now.name : graph->second.name;
        }
    }
}

/// Wires into and out of boxes that run a model stay at the input and the output they were drawn to, where its inputs or outputs changed.
void followPorts(Graphs& graphs, GraphId inner, ModelId id, const ModelDef& then, const ModelDef& now) {
    const auto outputNow = [&](int output) {
        const auto old = static_cast<std::size_t>(output);
        if (old >= then.outputs.size()) {
            return output;
        }
        const auto same = std::find(now.outputs.begin(), now.outputs.end(), then.outputs[old]);
        const bool replaced = then.outputs.size() == now.outputs.size();
        return same != now.outputs.end() ? static_cast<int>(same - now.outputs.begin()) : replaced ? output : -1;
    };
    for (auto& [graphId, graph] : graphs) {
        const auto isCall = [&, &graph = graph](CallId call) {
            const Layer* layer = graph.layerOf(call);
            return layer && layer->graph == inner && layer->model == id;
        };
        for (auto& [callId, call] : graph.calls) {
            if (isCall(callId) && then.inputs != now.inputs) {
                std::vector<std::optional<Source>> inputs(now.inputs.size());
                for (std::size_t port = 0; port < inputs.size(); ++port) {
                    const auto old = std::find(then.inputs.begin(), then.inputs.end(), now.inputs[port]);
                    const auto at = static_cast<std::size_t>(old - then.inputs.begin());
                    inputs[port] = old != then.inputs.end() && at < call.inputs.size() ? call.inputs[at] : std::nullopt;
                }
                call.inputs = std::move(inputs);
            }
            for (auto& source : call.inputs) {
                if (source && isCall(source->call)) {
                    source->output = outputNow(source->output);
                    source = source->output < 0 ? std::nullopt : source;
                }
            }
        }
        for (auto& [modelId, model] : graph.models) {
            for (Source& output : model.outputs) {
                output.output = isCall(output.call) ? outputNow(output.output) : output.output;
            }
            std::erase_if(model.outputs, [](const Source& output) { return output.output < 0; });
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
        const ModelDef endsBefore = endsOf(before.graphs, was);
        const ModelDef ends = endsOf(after.graphs, graph);
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
    }
    for (const auto& [graphId, graph] : before.graphs) {
        for (const auto& [id, then] : graph.models) {
            const auto inner = after.graphs.find(graphId);
            const ModelDef* found = inner == after.graphs.end() ? nullptr : inner->second.model(id);
            if (found && !(found->inputs == then.inputs && found->outputs == then.outputs)) {
                followPorts(after.graphs, graphId, id, then, ModelDef(*found));
            }
        }
    }
    followRenamedLayers(before, after);
    followNameInside(before, after);
}

} // namespace weft::ui
