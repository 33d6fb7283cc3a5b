// SPDX-License-Identifier: Apache-2.0
#include "engine/model/model_order.h"

#include "engine/layers/layer_type.h"

#include <algorithm>
#include <map>
#include <optional>
#include <queue>

namespace weft {
namespace {

bool isModelInput(const ModelDef& model, CallId id) { return std::find(model.inputs.begin(), model.inputs.end(), id) != model.inputs.end(); }

/// Walks from the outputs back, inputs of a call before the call, as Keras' `_build_map` does; with a stack of its own, since a graph may be deep.
struct Walk {
    std::vector<CallId> finished;          ///< each after what it depends on
    std::map<LayerId, std::size_t> indices; ///< of layers, in the order in which they were met

    void from(const Graph& graph, const ModelDef& model, CallId start) {
        struct Frame {
            CallId call;
            std::size_t next = 0;
        };
        std::vector<Frame> stack;
        const auto enter = [&](CallId id) {
            const Call* call = graph.call(id);
            if (call && m_seen.insert(id).second) {
                indices.emplace(call->layer, indices.size());
                stack.push_back({id});
            }
        };
        enter(start);
        while (!stack.empty()) {
            Frame& frame = stack.back();
            const auto& inputs = graph.call(frame.call)->inputs;
            if (isModelInput(model, frame.call) || frame.next == inputs.size()) {
                finished.push_back(frame.call);
                stack.pop_back();
            } else if (const auto& input = inputs[frame.next++]) {
                enter(input->call);
            }
        }
    }

private:
    std::set<CallId> m_seen;
};

Walk walk(const Graph& graph, const ModelDef& model) {
    Walk w;
    for (const Source& output : model.outputs) {
        w.from(graph, model, output.call);
    }
    return w;
}

} // namespace

std::vector<CallId> topologicalOrder(const Graph& graph) {
    std::map<CallId, std::size_t> waitingFor;
    std::map<CallId, std::vector<CallId>> consumers;
    for (const auto& [id, call] : graph.calls) {
        std::size_t& count = waitingFor[id];
        for (const auto& input : call.inputs) {
            if (input && graph.call(input->call)) {
                ++count;
                consumers[input->call].push_back(id);
            }
        }
    }
    std::priority_queue<CallId, std::vector<CallId>, std::greater<>> ready;
    for (const auto& [id, count] : waitingFor) {
        if (count == 0) {
            ready.push(id);
        }
    }
    std::vector<CallId> order;
    while (!ready.empty()) {
        const CallId id = ready.top();
        ready.pop();
        order.push_back(id);
        for (const CallId consumer : consumers[id]) {
            if (--waitingFor[consumer] == 0) {
                ready.push(consumer);
            }
        }
    }
    return order;
}

std::set<CallId> callsOfModel(const Graph& graph, const ModelDef& model) {
    const Walk w = walk(graph, model);
    std::set<CallId> calls(w.finished.begin(), w.finished.end());
    calls.insert(model.inputs.begin(), model.inputs.end());
    return calls;
}

std::map<LayerId, std::vector<CallId>> callsByLayer(const Graph& graph, const ModelDef& model) {
    std::set<CallId> left = callsOfModel(graph, model);
    std::map<LayerId, std::vector<CallId>> calls;
    const auto take = [&](CallId id) {
        if (const Call* call = graph.call(id)) {
            calls[call->layer].push_back(id);
        }
    };
    for (const CallId id : topologicalOrder(graph)) {
        if (left.erase(id) > 0) {
            take(id);
        }
    }
    std::for_each(left.begin(), left.end(), take); // on a cycle, or behind one
    return calls;
}

std::vector<CallId> chainOf(const Graph& graph, const ModelDef& model) {
    if (model.inputs.size() != 1 || model.outputs.size() != 1) {
        return {};
    }
    std::vector<CallId> chain;
    std::set<LayerId> seen;
    std::optional<Source> at = model.outputs[0];
    while (at) {
        const Call* call = graph.call(at->call);
        const bool isLink = call && at->output == 0 && seen.insert(call->layer).second;
        if (!isLink || std::count_if(call->inputs.begin(), call->inputs.end(), [](const auto& input) { return input.has_value(); }) > 1) {
            return {};
        }
        chain.push_back(at->call);
        if (at->call == model.inputs[0]) {
            std::reverse(chain.begin(), chain.end());
            return chain;
        }
        at = call->inputs.empty() ? std::nullopt : call->inputs[0];
    }
    return {};
}

bool isSequential(const Graph& graph, const ModelDef& model) { return model.isSequential && chainOf(graph, model).size() > 1; }

std::string kerasClassOf(const Graphs& graphs, const Layer& layer) {
    const LayerType* type = findLayerType(layer.type);
    const auto inner = graphs.find(layer.graph);
    const ModelDef* model = type && type->isModel && inner != graphs.end() ? inner->second.model(layer.model) : nullptr;
    return model && isSequential(inner->second, *model) ? "Sequential" : type ? type->kerasClass : layer.type;
}

std::vector<LayerId> layersInKerasOrder(const Graph& graph, const ModelDef& model) {
    const Walk w = walk(graph, model);
    std::map<CallId, int> callDepth;
    std::map<LayerId, int> layerDepth;
    for (auto at = w.finished.rbegin(); at != w.finished.rend(); ++at) {
        const Call& call = *graph.call(*at);
        const int depth = std::max(callDepth[*at], layerDepth[call.layer]);
        layerDepth[call.layer] = depth;
        callDepth[*at] = depth;
        if (isModelInput(model, *at)) {
            continue;
        }
        for (const auto& input : call.inputs) {
            if (input && graph.call(input->call)) {
                int& before = callDepth[input->call];
                before = std::max(before, depth + 1);
            }
        }
    }
    struct Place {
        int depth;
        std::ptrdiff_t index;
        LayerId layer;
    };
    std::vector<Place> places;
    for (const auto& [layer, depth] : layerDepth) {
        places.push_back({depth, static_cast<std::ptrdiff_t>(w.indices.at(layer)), layer});
    }
    // Inputs that no output depends on stand at depth 0, before the rest.
    for (const CallId input : model.inputs) {
        if (const Call* call = graph.call(input); call && !layerDepth.contains(call->layer)) {
            places.push_back({0, -1, call->layer});
        }
    }
    std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.depth != b.depth ? a.depth > b.depth : a.index < b.index; });
    std::vector<LayerId> layers;
    for (const Place& place : places) {
        layers.push_back(place.layer);
    }
    return layers;
}

} // namespace weft
