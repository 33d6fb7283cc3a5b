// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/edits.h"

#include "engine/base/error.h"
#include "engine/graph/edits.h"
#include "engine/project/graph_copier.h"
#include "engine/project/nesting.h"
#include "engine/project/project_json.h"
#include "engine/schema/value_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace weft::ui {

namespace {

constexpr const char* kFormat = "weft-boxes";
constexpr const char* kWhat = "the clipboard";

[[noreturn]] void refuse(const std::string& why) { throw Error("The clipboard holds no boxes that can be pasted: " + why + "."); }

template <class T>
T field(const nlohmann::json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (!object.is_object() || found == object.end()) {
        refuse(std::string(key) + " is missing");
    }
    try {
        return found->template get<T>();
    } catch (const nlohmann::json::exception&) {
        refuse(std::string(key) + " is of another kind than expected");
    }
}

struct ReadBox {
    std::uint64_t id = 0;
    std::uint64_t layer = 0;
    QPointF at;
    std::vector<std::optional<std::pair<std::uint64_t, int>>> inputs;
};

ReadBox readBox(const nlohmann::json& json) {
    ReadBox box{field<std::uint64_t>(json, "id"), field<std::uint64_t>(json, "layer"), {}, {}};
    const auto at = field<std::vector<double>>(json, "at");
    if (at.size() != 2 || !std::isfinite(at[0]) || !std::isfinite(at[1]) || std::abs(at[0]) > 1e7 || std::abs(at[1]) > 1e7) {
        refuse("a box's place must be two numbers below 10,000,000");
    }
    box.at = {at[0], at[1]};
    const nlohmann::json inputs = json.value("inputs", nlohmann::json::array());
    if (!inputs.is_array()) {
        refuse("a box's inputs must be a list");
    }
    for (const nlohmann::json& input : inputs) {
        if (input.is_null()) {
            box.inputs.emplace_back();
        } else {
            box.inputs.emplace_back(std::pair(field<std::uint64_t>(input, "box"), field<int>(input, "output")));
            if (box.inputs.back()->second < 0) {
                refuse("an output's number is negative");
            }
        }
    }
    return box;
}

/// The graphs that copied layers run, as a project of their own.
Project graphsBehind(const Project& project, const std::set<GraphId>& graphs) {
    Project behind;
    std::vector<GraphId> waiting(graphs.begin(), graphs.end());
    while (!waiting.empty()) {
        const auto graph = project.graphs.find(waiting.back());
        waiting.pop_back();
        if (graph == project.graphs.end() || !behind.graphs.insert(*graph).second) {
            continue;
        }
        for (const auto& [id, layer] : graph->second.layers) {
            if (layer.graph) {
                waiting.push_back(layer.graph);
            }
        }
        for (const auto& [id, call] : graph->second.calls) {
            if (const auto place = project.layout.find(id); place != project.layout.end()) {
                behind.layout.insert(*place);
            }
        }
    }
    behind.root = behind.graphs.empty() ? GraphId() : behind.graphs.begin()->first;
    return behind;
}

/// The graphs that come with the boxes: those that the project has as they are serve again, others come in under new ids.
class Behind {
public:
    Behind(Project& into, Project from) : m_into(into), m_from(std::move(from)), m_copier(into, m_from) {}

    void place(Layer& layer) {
        const auto graph = m_from.graphs.find(layer.graph);
        if (graph == m_from.graphs.end() || !graph->second.model(layer.model)) {
            refuse("the model inside " + layer.name + " is missing");
        }
        if (!isThere(layer.graph)) {
            layer.graph = m_copier.whole(layer.graph);
            layer.model = m_copier.model(layer.model);
        }
    }

private:
    bool isThere(GraphId id) const {
        const Project behind = graphsBehind(m_from, {id});
        return std::all_of(behind.graphs.begin(), behind.graphs.end(), [&](const auto& graph) {
            const auto own = m_into.graphs.find(graph.first);
            return own != m_into.graphs.end() && own->second == graph.second;
        });
    }
    Project& m_into;
    Project m_from;
    GraphCopier m_copier;
};

Layer readLayer(const nlohmann::json& json) {
    Layer layer;
    layer.type = field<std::string>(json, "type");
    layer.name = field<std::string>(json, "name");
    if (!findLayerType(layer.type)) {
        refuse("no layer of type " + layer.type + " is known");
    }
    if (json.contains("params")) {
        layer.params = paramsFromJson(json.at("params"), kWhat);
    }
    layer.trainable = !json.contains("trainable") || field<bool>(json, "trainable");
    if (json.contains("graph")) {
        layer.graph = {field<std::uint64_t>(json, "graph")};
        layer.model = {field<std::uint64_t>(json, "model")};
    }
    return layer;
}

void refuseRecursion(const Project& project, GraphId graph, const Layer& layer) {
    if (runs(project.graphs, layer.graph, graph)) {
        refuse("the model inside " + layer.name + " contains this drawing, and no model contains itself");
    }
}

} // namespace

QByteArray copyBoxes(const Project& project, GraphId graphId, const std::set<CallId>& calls) {
    const Graph& graph = project.graphs.at(graphId);
    nlohmann::json boxes = nlohmann::json::array();
    nlohmann::json layers = nlohmann::json::array();
    std::set<LayerId> written;
    std::set<GraphId> inside;
    for (const CallId id : calls) {
        const Call* call = graph.call(id);
        const Layer* layer = call ? graph.layer(call->layer) : nullptr;
        if (!layer) {
            continue;
        }
        nlohmann::json inputs = nlohmann::json::array();
        for (const auto& input : call->inputs) {
            const bool inside = input && calls.contains(input->call);
            inputs.push_back(inside ? nlohmann::json{{"box", input->call.value}, {"output", input->output}} : nlohmann::json());
        }
        const auto place = project.layout.find(id);
        const Point at = place == project.layout.end() ? Point{} : place->second;
        boxes.push_back({{"id", id.value}, {"layer", call->layer.value}, {"at", {at.x, at.y}}, {"inputs", inputs}});
        if (written.insert(call->layer).second) {
            nlohmann::json json{{"id", call->layer.value}, {"type", layer->type}, {"name", layer->name}, {"params", toJson(layer->params)}};
            if (!layer->trainable) {
                json["trainable"] = false;
            }
            if (layer->graph) {
                json["graph"] = layer->graph.value;
                json["model"] = layer->model.value;
                inside.insert(layer->graph);
            }
            layers.push_back(std::move(json));
        }
    }
    nlohmann::json text{{"format", kFormat}, {"version", 1}, {"boxes", boxes}, {"layers", layers}};
    if (const Project behind = graphsBehind(project, inside); !behind.graphs.empty()) {
        text["models"] = projectToJson(behind);
    }
    return QByteArray::fromStdString(writeJson(text));
}

std::set<CallId> pasteBoxes(Project& project, GraphId graphId, const QByteArray& text, QPointF center) {
    const nlohmann::json json = parseJson(std::string_view(text.constData(), static_cast<std::size_t>(text.size())), kWhat);
    if (field<std::string>(json, "format") != kFormat || field<int>(json, "version") != 1) {
        refuse("it is not what Weft writes there");
    }
    const auto boxesJson = field<nlohmann::json>(json, "boxes");
    const auto layersJson = field<nlohmann::json>(json, "layers");
    if (!boxesJson.is_array() || !layersJson.is_array()) {
        refuse("boxes and layers must be lists");
    }
    std::map<std::uint64_t, Layer> layers;
    for (const nlohmann::json& layer : layersJson) {
        layers[field<std::uint64_t>(layer, "id")] = readLayer(layer);
    }
    if (std::any_of(layers.begin(), layers.end(), [](const auto& layer) { return bool(layer.second.graph); })) {
        Behind behind(project, projectFromJson(field<nlohmann::json>(json, "models"), kWhat));
        for (auto& [id, layer] : layers) {
            if (layer.graph) {
                behind.place(layer);
                refuseRecursion(project, graphId, layer);
            }
        }
    }
    std::vector<ReadBox> boxes;
    QPointF least(1e9, 1e9), most(-1e9, -1e9);
    for (const nlohmann::json& box : boxesJson) {
        boxes.push_back(readBox(box));
        const QPointF at = boxes.back().at;
        least = {std::min(least.x(), at.x()), std::min(least.y(), at.y())};
        most = {std::max(most.x(), at.x()), std::max(most.y(), at.y())};
    }
    const QPointF by = snapped(center - (least + most) / 2);

    Graph& graph = project.graphs.at(graphId);
    std::map<std::uint64_t, LayerId> newLayers;
    std::map<std::uint64_t, CallId> newCalls;
    std::set<CallId> added;
    for (const ReadBox& box : boxes) {
        const auto layer = layers.find(box.layer);
        if (layer == layers.end()) {
            refuse("a box's layer is missing");
        }
        LayerId& id = newLayers[box.layer];
        if (!id) {
            id = project.ids.next<LayerTag>();
            Layer copy = layer->second;
            copy.name = freeLayerName(graph, withoutNumber(copy.name));
            graph.layers.emplace(id, std::move(copy));
        }
        const CallId call = addCall(graph, project.ids, id, static_cast<int>(box.inputs.size()));
        if (!newCalls.emplace(box.id, call).second) {
            refuse("two boxes have one id");
        }
        added.insert(call);
        project.layout[call] = {box.at.x() + by.x(), box.at.y() + by.y()};
    }
    for (const ReadBox& box : boxes) {
        for (std::size_t port = 0; port < box.inputs.size(); ++port) {
            const auto& input = box.inputs[port];
            const auto from = input ? newCalls.find(input->first) : newCalls.end();
            if (from == newCalls.end()) {
                continue;
            }
            const CallId to = newCalls.at(box.id);
            if (dependsOn(graph, from->second, to)) {
                refuse("its wires run in a circle");
            }
            connect(graph, {from->second, input->second}, to, static_cast<int>(port));
        }
    }
    return added;
}

} // namespace weft::ui
