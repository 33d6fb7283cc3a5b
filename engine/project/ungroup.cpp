// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/graph/edits.h"
#include "engine/project/ends.h"
#include "engine/project/nesting_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft {

const LayerType& typeWhere(bool LayerType::* field) {
    const auto& types = layerTypes();
    return *std::find_if(types.begin(), types.end(), [&](const LayerType& type) { return type.*field; });
}

std::string nameOf(const Graph& graph, CallId call) {
    const Layer* layer = graph.layerOf(call);
    return layer ? layer->name : cat("box ", call.value);
}

Point middleOf(const Layout& layout, const std::set<CallId>& calls) {
    constexpr double kGrid = 4;
    constexpr double kFar = std::numeric_limits<double>::max();
    Point least{kFar, kFar}, most{-kFar, -kFar};
    for (const CallId call : calls) {
        if (const auto at = layout.find(call); at != layout.end()) {
            least = {std::min(least.x, at->second.x), std::min(least.y, at->second.y)};
            most = {std::max(most.x, at->second.x), std::max(most.y, at->second.y)};
        }
    }
    if (least.x > most.x) {
        return {};
    }
    const auto middle = [](double a, double b) { return std::round((a + b) / 2 / kGrid) * kGrid; };
    return {middle(least.x, most.x), middle(least.y, most.y)};
}

namespace {

bool isRunElsewhere(const Project& project, GraphId graph, LayerId except) {
    for (const auto& [graphId, other] : project.graphs) {
        for (const auto& [id, layer] : other.layers) {
            if (id != except && layer.graph == graph) {
                return true;
            }
        }
    }
    return graph == project.root;
}

/// One ungrouping: layers come out once, then the boxes of each call.
class Ungrouping {
public:
    Ungrouping(Project& project, Graph& graph, LayerId modelLayer, bool alone)
        : m_project(project), m_graph(graph), m_modelLayer(modelLayer), m_layer(graph.layers.at(modelLayer)), m_inner(project.graphs.at(m_layer.graph)),
          m_def(*m_inner.model(m_layer.model)), m_alone(alone) {}

    std::set<CallId> run(WeightChanges& changes) {
        const std::vector<CallId> calls = m_graph.callsOf(m_modelLayer);
        m_graph.layers.erase(m_modelLayer); // its name is free for what comes out
        takeLayers(changes);
        for (const CallId call : calls) {
            takeCalls(call);
        }
        for (const CallId input : m_def.inputs) {
            m_alone ? void(m_project.layout.erase(input)) : void();
        }
        if (m_alone) {
            for (const auto& [id, model] : m_inner.models) {
                m_project.training.erase(id);
            }
            m_project.graphs.erase(m_layer.graph);
        }
        return m_out;
    }

private:
    bool isInput(CallId call) const { return std::find(m_def.inputs.begin(), m_def.inputs.end(), call) != m_def.inputs.end(); }

    void takeLayers(WeightChanges& changes) {
        std::set<LayerId> wanted;
        for (const auto& [id, call] : m_inner.calls) {
            if (!isInput(id)) {
                wanted.insert(call.layer);
            }
        }
        for (const LayerId id : wanted) {
            const Layer* inside = m_inner.layer(id);
            if (!inside) {
                continue;
            }
            Layer layer = *inside;
            layer.trainable = layer.trainable && m_layer.trainable;
            const bool taken = std::any_of(m_graph.layers.begin(), m_graph.layers.end(), [&](const auto& other) { return other.second.name == layer.name; });
            layer.name = taken ? freeLayerName(m_graph, withoutNumber(layer.name)) : layer.name;
            const LayerId now = m_alone ? id : m_project.ids.next<LayerTag>();
            m_layerNow[id] = now;
            m_graph.layers.emplace(now, std::move(layer));
            changes.moves.push_back({{m_modelLayer, id}, {now}});
        }
    }

    void takeCalls(CallId box) {
        const Call outer = m_graph.calls.at(box);
        const bool keepIds = m_alone && m_out.empty();
        std::map<CallId, CallId> now;
        std::set<CallId> inside;
        for (const auto& [id, call] : m_inner.calls) {
            if (!isInput(id) && m_layerNow.contains(call.layer)) {
                now[id] = keepIds ? id : m_project.ids.next<CallTag>();
                inside.insert(id);
            }
        }
        const auto outside = [&](const Source& source) -> std::optional<Source> {
            const auto input = std::find(m_def.inputs.begin(), m_def.inputs.end(), source.call);
            if (input != m_def.inputs.end()) {
                const auto port = static_cast<std::size_t>(input - m_def.inputs.begin());
                return port < outer.inputs.size() ? outer.inputs[port] : std::nullopt;
            }
            return now.contains(source.call) ? std::optional(Source{now.at(source.call), source.output}) : std::nullopt;
        };
        const Point boxAt = m_project.layout.contains(box) ? m_project.layout.at(box) : Point{};
        const Point middle = middleOf(m_project.layout, inside);
        std::map<CallId, Point> places;
        for (const CallId id : inside) {
            if (const auto at = m_project.layout.find(id); at != m_project.layout.end()) {
                places[now.at(id)] = {at->second.x + boxAt.x - middle.x, at->second.y + boxAt.y - middle.y};
            }
        }
        for (const CallId id : inside) {
            Call call{m_layerNow.at(m_inner.call(id)->layer), {}};
            for (const auto& input : m_inner.call(id)->inputs) {
                call.inputs.push_back(input ? outside(*input) : std::nullopt);
            }
            m_graph.calls.emplace(now.at(id), std::move(call));
            m_out.insert(now.at(id));
        }
        m_graph.calls.erase(box);
        m_project.layout.erase(box);
        for (const auto& [id, place] : places) {
            m_project.layout[id] = place;
        }
        rewire(box, outside);
    }

    template <class Outside>
    void rewire(CallId box, const Outside& outside) {
        const auto resolved = [&](const Source& source) {
            const auto output = static_cast<std::size_t>(std::max(source.output, 0));
            return output < m_def.outputs.size() ? outside(m_def.outputs[output]) : std::nullopt;
        };
        for (auto& [id, call] : m_graph.calls) {
            for (auto& input : call.inputs) {
                if (input && input->call == box) {
                    input = resolved(*input);
                }
            }
        }
        for (auto& [id, model] : m_graph.models) {
            std::vector<Source> outputs;
            for (const Source& output : model.outputs) {
                const auto now = output.call == box ? resolved(output) : std::optional(output);
                if (now) {
                    outputs.push_back(*now);
                }
            }
            model.outputs = std::move(outputs);
        }
    }

    Project& m_project;
    Graph& m_graph;
    LayerId m_modelLayer;
    Layer m_layer;
    Graph m_inner;
    ModelDef m_def;
    bool m_alone; ///< nobody else runs the graph: layers and boxes themselves come out
    std::map<LayerId, LayerId> m_layerNow;
    std::set<CallId> m_out;
};

} // namespace

std::set<CallId> ungroup(Project& project, GraphId graphId, CallId id, WeightChanges& changes) {
    Graph& graph = project.graphs.at(graphId);
    const Call* call = graph.call(id);
    const Layer* layer = graph.layerOf(id);
    const LayerType* type = layer ? findLayerType(layer->type) : nullptr;
    if (layer && layer->graph && type && !type->isModel) {
        throw Error(cat(layer->name, " (", type->name, ") does something else with its model than to call it, so the model cannot be ungrouped in its place."));
    }
    if (!type || !type->isModel) {
        throw Error(cat(nameOf(graph, id), " is no sub-model, so there is nothing in it to ungroup."));
    }
    const auto inner = project.graphs.find(layer->graph);
    if (inner == project.graphs.end() || !inner->second.model(layer->model) || runs(project.graphs, layer->graph, graphId)) {
        throw Error(cat(layer->name, " cannot be ungrouped: the model that it runs does not exist or contains itself."));
    }
    const auto names = endNames(project);
    const std::set<CallId> out = Ungrouping(project, graph, call->layer, !isRunElsewhere(project, layer->graph, call->layer)).run(changes);
    followNames(project, names);
    return out;
}

} // namespace weft
