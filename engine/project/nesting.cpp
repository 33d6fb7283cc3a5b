// SPDX-License-Identifier: Apache-2.0
#include "engine/project/nesting_parts.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/graph/edits.h"
#include "engine/project/ends.h"

#include <algorithm>
#include <limits>

namespace weft {
namespace {

constexpr double kRowHeight = 88; ///< from a box to the one above it
constexpr double kColumn = 192;

const LayerType* typeOf(const Graph& graph, CallId call) {
    const Layer* layer = graph.layerOf(call);
    return layer ? findLayerType(layer->type) : nullptr;
}

/// All that can be reached along `next`, the beginning left out unless it is reached again.
std::set<CallId> reach(const std::set<CallId>& from, const std::map<CallId, std::vector<CallId>>& next) {
    std::set<CallId> reached;
    std::vector<CallId> waiting(from.begin(), from.end());
    while (!waiting.empty()) {
        const auto at = next.find(waiting.back());
        waiting.pop_back();
        if (at == next.end()) {
            continue;
        }
        for (const CallId call : at->second) {
            if (reached.insert(call).second) {
                waiting.push_back(call);
            }
        }
    }
    return reached;
}

void refuseCircle(const Graph& graph, const std::set<CallId>& calls) {
    std::map<CallId, std::vector<CallId>> sources, consumers;
    for (const auto& [id, call] : graph.calls) {
        for (const auto& input : call.inputs) {
            if (input) {
                sources[id].push_back(input->call);
                consumers[input->call].push_back(id);
            }
        }
    }
    const std::set<CallId> above = reach(calls, sources);
    for (const CallId below : reach(calls, consumers)) {
        if (!calls.contains(below) && above.contains(below)) {
            throw Error(cat("These boxes cannot become a sub-model: ", nameOf(graph, below), " stands between them, so the sub-model would depend on its own output. Select ",
                            nameOf(graph, below), " too."));
        }
    }
}

void refuseGroup(const Graph& graph, const std::set<CallId>& calls) {
    if (calls.empty()) {
        throw Error("Select the boxes that are to become a sub-model.");
    }
    for (const CallId id : calls) {
        const Call* call = graph.call(id);
        const LayerType* type = typeOf(graph, id);
        if (!call || !graph.layer(call->layer)) {
            throw Error(cat("These boxes cannot become a sub-model: ", nameOf(graph, id), " has no layer."));
        }
        if (type && type->isInput) {
            throw Error(cat("These boxes cannot become a sub-model: ", nameOf(graph, id),
                            " is an Input, where data enter the model around it. Select only boxes after it; the sub-model gets Inputs of its own."));
        }
        for (const CallId other : graph.callsOf(call->layer)) {
            if (!calls.contains(other)) {
                throw Error(cat("These boxes cannot become a sub-model: ", nameOf(graph, id),
                                " is a shared layer with another box outside the selection. Select all its boxes, or make this one unique first."));
            }
        }
    }
    refuseCircle(graph, calls);
}

double leftOf(const Project& project, CallId call) {
    const auto at = project.layout.find(call);
    return at == project.layout.end() ? 0 : at->second.x;
}

/// From left to right, by the boxes they come from.
std::vector<Source> inOrder(const Project& project, const std::set<Source>& sources) {
    std::vector<Source> ordered(sources.begin(), sources.end());
    std::stable_sort(ordered.begin(), ordered.end(), [&](const Source& a, const Source& b) { return leftOf(project, a.call) < leftOf(project, b.call); });
    return ordered;
}

std::vector<Source> sourcesEntering(const Project& project, const Graph& graph, const std::set<CallId>& calls) {
    std::set<Source> entering;
    for (const CallId id : calls) {
        for (const auto& input : graph.call(id)->inputs) {
            if (input && !calls.contains(input->call)) {
                entering.insert(*input);
            }
        }
    }
    return inOrder(project, entering);
}

std::vector<Source> sourcesLeaving(const Project& project, const Graph& graph, const std::set<CallId>& calls) {
    std::set<Source> leaving;
    std::set<CallId> taken;
    for (const auto& [id, call] : graph.calls) {
        for (const auto& input : call.inputs) {
            if (input && calls.contains(input->call)) {
                taken.insert(input->call);
                if (!calls.contains(id)) {
                    leaving.insert(*input);
                }
            }
        }
    }
    for (const auto& [id, model] : graph.models) {
        for (const Source& output : model.outputs) {
            if (calls.contains(output.call)) {
                leaving.insert(output);
            }
        }
    }
    if (leaving.empty()) {
        for (const CallId call : calls) {
            if (!taken.contains(call)) {
                leaving.insert({call, 0});
            }
        }
    }
    return inOrder(project, leaving);
}

ParamMap inputParams(const LayerType& type, const TensorSpec& spec) {
    const Shape sample = spec.shape.withoutBatch();
    Value::List shape;
    for (const std::int64_t size : sample.dims()) {
        Value& known = shape.emplace_back();
        if (size != kUnknown) {
            known = size;
        }
    }
    ParamMap params{{"shape", shape}};
    const Value dtype(nameOf(spec.dtype));
    if (!(valueOf(type.schema, params, "dtype") == dtype)) {
        params["dtype"] = dtype;
    }
    if (spec.shape[0] != kUnknown) {
        params["batch_size"] = spec.shape[0];
    }
    return params;
}

/// A row of boxes above the rest, each over what it feeds as far as there is room.
void placeInputs(Project& project, const Graph& inner, const std::vector<CallId>& inputs) {
    double top = std::numeric_limits<double>::max();
    std::map<CallId, double> wanted;
    for (const auto& [id, call] : inner.calls) {
        const auto at = project.layout.find(id);
        if (at == project.layout.end()) {
            continue;
        }
        top = std::min(top, at->second.y);
        for (const auto& input : call.inputs) {
            if (input) {
                wanted.emplace(input->call, at->second.x);
            }
        }
    }
    double free = std::numeric_limits<double>::lowest();
    for (const CallId input : inputs) {
        const double x = std::max(free, wanted.contains(input) ? wanted.at(input) : 0);
        project.layout[input] = {x, top < std::numeric_limits<double>::max() ? top - kRowHeight : 0};
        free = x + kColumn;
    }
}

} // namespace

std::string withoutNumber(const std::string& name) {
    const std::size_t last = name.find_last_not_of("0123456789");
    return last != std::string::npos && last > 0 && last + 1 < name.size() && name[last] == '_' ? name.substr(0, last) : name;
}

Grouped groupCalls(Project& project, GraphId graphId, const std::set<CallId>& calls, const std::map<Source, TensorSpec>& specs, WeightChanges& changes) {
    Graph& graph = project.graphs.at(graphId);
    refuseGroup(graph, calls);
    const std::vector<Source> entering = sourcesEntering(project, graph, calls);
    const std::vector<Source> leaving = sourcesLeaving(project, graph, calls);
    for (const Source& source : entering) {
        if (const auto spec = specs.find(source); spec == specs.end() || spec->second.shape.rank() == 0) {
            throw Error(cat("These boxes cannot become a sub-model yet: the shape of what ", nameOf(graph, source.call),
                            " gives is not known, and an Input of the sub-model needs it. Mend the problems before it first."));
        }
    }
    const auto names = endNames(project);

    Grouped made;
    Layer layer;
    layer.type = typeWhere(&LayerType::isModel).name;
    layer.name = freeLayerName(graph, "sub_model");
    layer.graph = project.ids.next<GraphTag>();
    const auto modelLayer = project.ids.next<LayerTag>();

    Graph inner;
    inner.name = layer.name;
    std::set<LayerId> layers;
    for (const CallId call : calls) {
        layers.insert(graph.call(call)->layer);
        inner.calls.insert(graph.calls.extract(call));
    }
    for (const LayerId id : layers) {
        inner.layers.insert(graph.layers.extract(id));
        changes.moves.push_back({{id}, {modelLayer, id}});
    }
    const LayerType& inputType = typeWhere(&LayerType::isInput);
    std::map<Source, Source> inside;
    ModelDef def{layer.name, {}, leaving};
    for (const Source& source : entering) {
        const LayerType* from = typeOf(graph, source.call);
        Layer input;
        input.type = inputType.name;
        input.name = freeLayerName(inner, from && from->isInput ? nameOf(graph, source.call) : nameOf(graph, source.call) + "_in");
        input.params = inputParams(inputType, specs.at(source));
        def.inputs.push_back(addLayer(inner, project.ids, std::move(input), 0));
        inside[source] = {def.inputs.back(), 0};
    }
    for (const CallId id : calls) {
        for (auto& source : inner.call(id)->inputs) {
            if (source && inside.contains(*source)) {
                source = inside.at(*source);
            }
        }
    }
    layer.model = defineModel(inner, project.ids, def);
    made.inputs = def.inputs;

    made.call = project.ids.next<CallTag>();
    Call call{modelLayer, {}};
    call.inputs.assign(entering.begin(), entering.end());
    const auto outside = [&](Source& source) {
        const auto at = std::find(leaving.begin(), leaving.end(), source);
        if (at != leaving.end()) {
            source = {made.call, static_cast<int>(at - leaving.begin())};
        }
    };
    for (auto& [id, other] : graph.calls) {
        for (auto& source : other.inputs) {
            if (source) {
                outside(*source);
            }
        }
    }
    for (auto& [id, model] : graph.models) {
        std::for_each(model.outputs.begin(), model.outputs.end(), outside);
    }
    project.layout[made.call] = middleOf(project.layout, calls);
    placeInputs(project, inner, made.inputs);
    graph.calls.emplace(made.call, std::move(call));
    const GraphId innerId = layer.graph;
    graph.layers.emplace(modelLayer, std::move(layer));
    project.graphs.emplace(innerId, std::move(inner));
    followNames(project, names);
    return made;
}

LayerId makeUnique(Project& project, GraphId graphId, CallId id, WeightChanges& changes) {
    Graph& graph = project.graphs.at(graphId);
    const Layer* shared = graph.layerOf(id);
    if (!shared) {
        throw Error("This box has no layer that could be made unique.");
    }
    const LayerId before = graph.call(id)->layer;
    if (graph.callsOf(before).size() < 2) {
        throw Error(cat(shared->name, " is called only once, so it is unique already."));
    }
    const auto names = endNames(project);
    Layer own = *shared;
    own.name = freeLayerName(graph, withoutNumber(own.name));
    const auto now = project.ids.next<LayerTag>();
    graph.layers.emplace(now, std::move(own));
    graph.call(id)->layer = now;
    changes.moves.push_back({{before}, {now}, true});
    followNames(project, names);
    return now;
}

bool runs(const Graphs& graphs, GraphId outer, GraphId inner) {
    std::set<GraphId> seen;
    std::vector<GraphId> waiting{outer};
    while (!waiting.empty()) {
        const GraphId at = waiting.back();
        waiting.pop_back();
        if (at == inner) {
            return true;
        }
        const auto graph = graphs.find(at);
        if (graph == graphs.end() || !seen.insert(at).second) {
            continue;
        }
        for (const auto& [id, layer] : graph->second.layers) {
            if (layer.graph) {
                waiting.push_back(layer.graph);
            }
        }
    }
    return false;
}

} // namespace weft
