// SPDX-License-Identifier: Apache-2.0
#include "engine/project/insert.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/graph/edits.h"
#include "engine/layers/layer_type.h"
#include "engine/project/graph_copier.h"
#include "engine/project/nesting.h"

#include <algorithm>

namespace weft {
namespace {

constexpr std::size_t kMostWays = 1000;

const ModelDef& modelIn(const Project& project, GraphId graph, ModelId model) {
    const auto found = project.graphs.find(graph);
    const ModelDef* def = found == project.graphs.end() ? nullptr : found->second.model(model);
    if (!def) {
        throw Error("The model to be inserted does not exist.");
    }
    return *def;
}

std::set<CallId> callsBehind(const Graph& graph, const ModelDef& model) {
    std::set<CallId> calls(model.inputs.begin(), model.inputs.end());
    std::vector<CallId> waiting;
    for (const Source& output : model.outputs) {
        waiting.push_back(output.call);
    }
    while (!waiting.empty()) {
        const CallId at = waiting.back();
        waiting.pop_back();
        const Call* call = graph.call(at);
        if (!call || !calls.insert(at).second) {
            continue;
        }
        for (const auto& input : call->inputs) {
            if (input) {
                waiting.push_back(input->call);
            }
        }
    }
    return calls;
}

CallId addModelBox(Project& project, GraphId at, GraphId graph, ModelId model, const std::string& name, Point place, const Weights& like, WeightChanges& changes) {
    const auto& types = layerTypes();
    Layer layer;
    layer.type = std::find_if(types.begin(), types.end(), [](const LayerType& type) { return type.isModel; })->name;
    layer.name = freeLayerName(project.graphs.at(at), name.empty() ? "sub_model" : name);
    layer.graph = graph;
    layer.model = model;
    const int ports = static_cast<int>(modelIn(project, graph, model).inputs.size());
    const CallId box = addLayer(project.graphs.at(at), project.ids, std::move(layer), ports);
    const LayerId made = project.graphs.at(at).call(box)->layer;
    project.layout[box] = place;
    for (std::vector<LayerId> way : waysTo(project, at)) {
        way.push_back(made);
        for (const auto& [key, tensor] : like) {
            WeightKey inside{way, key.name};
            inside.path.insert(inside.path.end(), key.path.begin(), key.path.end());
            changes.added.emplace(std::move(inside), tensor);
        }
    }
    return box;
}

} // namespace

std::vector<std::vector<LayerId>> waysTo(const Project& project, GraphId graph) {
    std::vector<std::vector<LayerId>> ways;
    if (graph == project.root) {
        return {{}};
    }
    std::vector<std::pair<GraphId, std::vector<LayerId>>> waiting{{project.root, {}}};
    for (std::size_t i = 0; i < waiting.size() && i < 10 * kMostWays && ways.size() < kMostWays; ++i) {
        const auto at = waiting[i];
        const auto found = project.graphs.find(at.first);
        if (found == project.graphs.end() || at.second.size() > project.graphs.size()) {
            continue;
        }
        for (const auto& [id, layer] : found->second.layers) {
            if (layer.graph) {
                std::vector<LayerId> way = at.second;
                way.push_back(id);
                if (layer.graph == graph) {
                    ways.push_back(way);
                }
                waiting.emplace_back(layer.graph, std::move(way));
            }
        }
    }
    return ways;
}

CallId insertInstance(Project& project, GraphId at, GraphId graph, ModelId model, Point place, const Weights& like, WeightChanges& changes) {
    const std::string name = modelIn(project, graph, model).name;
    if (runs(project.graphs, graph, at)) {
        throw Error(cat("The model \"", name, "\" cannot be used here: it contains the drawing into which it would come, and a model cannot contain itself. "
                        "Insert an independent copy instead."));
    }
    return addModelBox(project, at, graph, model, name, place, like, changes);
}

CallId insertCopy(Project& project, GraphId at, const Project& from, GraphId graph, ModelId model, Point place, const Weights& like, WeightChanges& changes) {
    const Project source = from; // it may be the very project that changes
    const ModelDef& def = modelIn(source, graph, model);
    if (def.inputs.empty() || def.outputs.empty()) {
        throw Error(cat("The model \"", def.name, "\" cannot be inserted: it has no ", def.inputs.empty() ? "input." : "output."));
    }
    if (std::any_of(source.graphs.at(graph).layers.begin(), source.graphs.at(graph).layers.end(),
                    [&](const auto& layer) { return layer.second.graph && runs(source.graphs, layer.second.graph, graph); })) {
        throw Error(cat("The model \"", def.name, "\" cannot be inserted: it contains itself."));
    }
    const std::set<CallId> calls = callsBehind(source.graphs.at(graph), def);
    GraphCopier copier(project, source);
    const GraphId made = copier.part(graph, calls, model);
    project.graphs.at(made).name = def.name;
    return addModelBox(project, at, made, copier.model(model), def.name, place, copier.weights(like), changes);
}

Weights weightsBehind(const Weights& weights, const std::vector<LayerId>& way) {
    Weights behind;
    for (const auto& [key, tensor] : weights) {
        if (key.path.size() > way.size() && std::equal(way.begin(), way.end(), key.path.begin())) {
            behind[{{key.path.begin() + static_cast<std::ptrdiff_t>(way.size()), key.path.end()}, key.name}] = tensor;
        }
    }
    return behind;
}

} // namespace weft
