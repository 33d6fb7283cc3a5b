// SPDX-License-Identifier: Apache-2.0
#include "engine/model/layer_order.h"

#include <algorithm>
#include <set>

namespace weft {
namespace {

/// Calls in postorder of a walk from the outputs back to the inputs, and the layers in the order in which it meets them.
struct Walk {
    std::vector<CallId> postorder;
    std::map<LayerId, int> firstMet;
    std::set<CallId> seen;
};

Walk walkBack(const Graph& graph, const ModelDef& model) {
    struct Step {
        CallId call;
        std::size_t next = 0; ///< input to follow
    };
    Walk walk;
    std::vector<Step> path; // explicit, since drawings may be thousands of calls deep
    const auto enter = [&](CallId id) {
        const Call* call = graph.call(id);
        if (call && graph.layer(call->layer) && walk.seen.insert(id).second) {
            walk.firstMet.emplace(call->layer, static_cast<int>(walk.firstMet.size()));
            path.push_back({id});
        }
    };
    const std::set<CallId> inputs(model.inputs.begin(), model.inputs.end());
    for (const Source& output : model.outputs) {
        enter(output.call);
        while (!path.empty()) {
            Step& step = path.back();
            const auto& sources = graph.call(step.call)->inputs;
            if (step.next == sources.size() || inputs.count(step.call) != 0) {
                walk.postorder.push_back(step.call);
                path.pop_back();
            } else if (const auto source = sources[step.next++]) {
                enter(source->call); // `step` is dangling from here on
            }
        }
    }
    return walk;
}

} // namespace

bool ModelOrder::isChain(const Graph& graph) const {
    if (layers.size() != depths.size()) {
        return false;
    }
    std::set<int> taken;
    return std::all_of(depths.begin(), depths.end(), [&](const auto& entry) {
        return taken.insert(entry.second).second && graph.call(entry.first)->inputs.size() <= 1;
    });
}

ModelOrder orderOf(const Graph& graph, const ModelDef& model) {
    Walk walk = walkBack(graph, model);
    ModelOrder order;
    std::map<LayerId, int> layerDepths;
    for (auto id = walk.postorder.rbegin(); id != walk.postorder.rend(); ++id) {
        const Call& call = *graph.call(*id);
        int& depth = order.depths[*id];
        int& layerDepth = layerDepths[call.layer];
        depth = layerDepth = std::max(depth, layerDepth);
        for (const auto& source : call.inputs) {
            if (source && walk.seen.count(source->call) != 0) {
                int& before = order.depths[source->call];
                before = std::max(before, depth + 1);
            }
        }
    }
    for (const CallId id : model.inputs) { // inputs that no output needs
        const Call* call = graph.call(id);
        if (call && graph.layer(call->layer) && layerDepths.emplace(call->layer, 0).second) {
            walk.firstMet[call->layer] = -1;
            order.depths[id] = 0;
        }
    }
    for (const auto& entry : layerDepths) {
        order.layers.push_back(entry.first);
    }
    for (const auto& entry : order.depths) {
        order.calls[graph.call(entry.first)->layer].push_back(entry.first);
    }
    std::stable_sort(order.layers.begin(), order.layers.end(), [&](LayerId a, LayerId b) {
        return layerDepths[a] != layerDepths[b] ? layerDepths[a] > layerDepths[b] : walk.firstMet[a] < walk.firstMet[b];
    });
    return order;
}

} // namespace weft
