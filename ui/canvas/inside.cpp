// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/scene.h"
#include "ui/theme/theme.h"

#include <QObject>

#include <algorithm>

namespace weft::ui {

namespace {

constexpr std::size_t kMostDrawn = 80; ///< more could not be told apart

QString nameOf(const Graph& graph, CallId call) {
    const Layer* layer = graph.layerOf(call);
    return layer ? QString::fromStdString(layer->name) : QString();
}

Box::Inside pictureOf(const Graph& graph, const Layout& layout) {
    Box::Inside inside;
    std::map<CallId, QRectF> rects;
    QRectF all;
    for (const auto& [id, call] : graph.calls) {
        if (const auto at = layout.find(id); at != layout.end()) {
            rects[id] = QRectF(at->second.x, at->second.y, metrics::boxWidth, metrics::boxHeight);
            all |= rects[id];
        }
    }
    if (rects.empty() || rects.size() > kMostDrawn) {
        return inside;
    }
    const double side = std::max(all.width(), all.height());
    const auto mapped = [&](QPointF at) { return QPointF(0.5, 0.5) + (at - all.center()) / side; };
    for (const auto& [id, rect] : rects) {
        const Layer* layer = graph.layerOf(id);
        const LayerType* type = layer ? findLayerType(layer->type) : nullptr;
        inside.boxes.emplace_back(QRectF(mapped(rect.topLeft()), mapped(rect.bottomRight())), type ? type->family : Family::core);
        for (const auto& input : graph.call(id)->inputs) {
            if (const auto from = input ? rects.find(input->call) : rects.end(); from != rects.end()) {
                inside.wires.emplace_back(mapped({from->second.center().x(), from->second.bottom()}), mapped({rect.center().x(), rect.top()}));
            }
        }
    }
    return inside;
}

} // namespace

void showInside(Box& box, const Project& project, const Layer& layer) {
    const auto graph = project.graphs.find(layer.graph);
    const ModelDef* model = graph == project.graphs.end() ? nullptr : graph->second.model(layer.model);
    if (!model) {
        return;
    }
    box.graph = layer.graph;
    const int layers = static_cast<int>(graph->second.layers.size() - std::min(graph->second.layers.size(), model->inputs.size()));
    const QString count = layers == 1 ? QObject::tr("1 layer") : QObject::tr("%1 layers").arg(layers);
    box.instances = 0;
    for (const auto& [id, other] : project.graphs) {
        for (const auto& [layerId, running] : other.layers) {
            box.instances += running.graph == layer.graph;
        }
    }
    // Its own parameters say nothing here; where several layers run one drawing, its name shows that they do.
    const bool plain = box.type && box.type->isModel;
    box.detail = QString::fromStdString(plain && box.instances > 1 ? model->name : layer.type) + QStringLiteral(" · ") + count;
    if (model->inputs.size() > 1 || model->outputs.size() > 1) {
        for (const CallId input : model->inputs) {
            box.inputNames << nameOf(graph->second, input);
        }
        for (const Source& output : model->outputs) {
            box.outputNames << nameOf(graph->second, output.call);
        }
    }
    box.inside = pictureOf(graph->second, project.layout);
}

} // namespace weft::ui
