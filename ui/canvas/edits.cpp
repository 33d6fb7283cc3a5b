// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/edits.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/graph/edits.h"
#include "engine/project/auto_model.h"
#include "ui/canvas/places.h"
#include "ui/canvas/ports.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <cmath>

namespace weft::ui {

QPointF snapped(QPointF at) {
    return {std::round(at.x() / metrics::grid) * metrics::grid, std::round(at.y() / metrics::grid) * metrics::grid};
}

CallId addBox(Project& project, GraphId graphId, const LayerType& type, QPointF at) {
    Graph& graph = project.graphs.at(graphId);
    Layer layer;
    layer.type = type.name;
    layer.name = freeLayerName(graph, snakeCase(type.name));
    const CallId call = addLayer(graph, project.ids, std::move(layer), firstPorts(type));
    const QPointF place = snapped(at);
    project.layout[call] = {place.x(), place.y()};
    return call;
}

CallId callAgain(Project& project, GraphId graphId, CallId call, QPointF at) {
    Graph& graph = project.graphs.at(graphId);
    const Call* first = graph.call(call);
    const LayerType* type = first ? findLayerType(graph.layers.at(first->layer).type) : nullptr;
    const int ports = type && takesAnyNumber(*type) ? firstPorts(*type) : static_cast<int>(first->inputs.size());
    const CallId again = addCall(graph, project.ids, first->layer, ports);
    const QPointF place = snapped(at);
    project.layout[again] = {place.x(), place.y()};
    freePlace(project, graphId, {again});
    return again;
}

void wire(Project& project, GraphId graphId, Source from, CallId to, int port) {
    Graph& graph = project.graphs.at(graphId);
    Call& call = graph.calls.at(to);
    call.inputs.resize(std::max(call.inputs.size(), static_cast<std::size_t>(port) + 1));
    connect(graph, from, to, port);
}

void unwire(Project& project, GraphId graphId, WireId wire) { disconnect(project.graphs.at(graphId), wire.to, wire.port, false); }

void removeItems(Project& project, GraphId graphId, const std::set<CallId>& calls, const std::set<WireId>& wires) {
    Graph& graph = project.graphs.at(graphId);
    for (const WireId wire : wires) {
        disconnect(graph, wire.to, wire.port, false);
    }
    for (const CallId call : calls) {
        removeCall(graph, call);
        project.layout.erase(call);
    }
}

void moveBoxes(Project& project, const std::set<CallId>& calls, QPointF by) {
    for (const CallId call : calls) {
        Point& at = project.layout[call];
        at.x += by.x();
        at.y += by.y();
    }
}

bool insertIntoWire(Project& project, GraphId graphId, CallId box, WireId id) {
    Graph& graph = project.graphs.at(graphId);
    const Call* to = graph.call(id.to);
    if (!to || id.port >= static_cast<int>(to->inputs.size()) || !to->inputs[static_cast<std::size_t>(id.port)] ||
        portsOf(project.graphs, graph, box).inputs == 0) {
        return false;
    }
    const Source from = *to->inputs[static_cast<std::size_t>(id.port)];
    wire(project, graphId, from, box, 0);
    wire(project, graphId, {box, 0}, id.to, id.port);
    makeRoom(project, graphId, box);
    return true;
}

void renameLayer(Project& project, GraphId graphId, LayerId layerId, const std::string& name) {
    Graph& graph = project.graphs.at(graphId);
    if (name.empty()) {
        throw Error("A layer needs a name.");
    }
    for (const auto& [id, layer] : graph.layers) {
        if (id != layerId && layer.name == name) {
            throw Error("There is another layer named " + name + ". Names are unique in a graph.");
        }
    }
    const std::string before = std::exchange(graph.layers.at(layerId).name, name);
    const auto follow = [&](auto& map) {
        if (auto node = map.extract(before)) {
            node.key() = name;
            map.insert(std::move(node));
        }
    };
    for (const auto& [id, model] : graph.models) {
        const auto training = project.training.find(id);
        if (training == project.training.end()) {
            continue;
        }
        const auto calls = [&](CallId call) { return graph.calls.contains(call) && graph.calls.at(call).layer == layerId; };
        if (std::any_of(model.inputs.begin(), model.inputs.end(), calls)) {
            follow(training->second.inputs);
        }
        if (std::any_of(model.outputs.begin(), model.outputs.end(), [&](const Source& output) { return calls(output.call); })) {
            follow(training->second.outputs);
        }
    }
}

void finishEdit(Project& project, GraphId graph) {
    tidyPorts(project.graphs.at(graph));
    keepDefaultModel(project);
}

} // namespace weft::ui
