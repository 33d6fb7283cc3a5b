// SPDX-License-Identifier: GPL-3.0-or-later
// What the canvas does at a word: its actions' bodies.
#include "engine/base/error.h"
#include "ui/canvas/arrange.h"
#include "ui/canvas/canvas.h"
#include "ui/canvas/edits.h"
#include "ui/canvas/places.h"
#include "ui/canvas/ports.h"
#include "ui/canvas/tools/share_tool.h"

#include <QLineEdit>

namespace weft::ui {

void Canvas::addLayer(const LayerType& type) {
    dropLayer(type, inSight().center() - QPointF(metrics::boxWidth, metrics::boxHeight) / 2, std::nullopt);
    bringInSight(*selection.calls().begin());
}

void Canvas::bringInSight(CallId call) {
    if (const Box* box = scene.box(call); box && !inSight().contains(box->rect)) {
        view.centerOn(box->rect.center(), size());
        update();
    }
}

void Canvas::dropLayer(const LayerType& type, QPointF at, std::optional<WireId> into) {
    CallId added;
    edit(tr("Add %1").arg(QString::fromStdString(type.name)), [&](Project& project) {
        added = addBox(project, graphId(), type, at);
        if (!into || !insertIntoWire(project, graphId(), added, *into)) {
            freePlace(project, graphId(), {added});
        }
    });
    selection.select({added});
}

std::function<bool(const LayerType&)> Canvas::takersOf(const std::optional<Port>& waiting) const {
    if (!waiting || !waiting->output) {
        return {};
    }
    const Analysis& analysis = document.analysis(graphId());
    const auto info = analysis.calls.find(waiting->call);
    const auto at = static_cast<std::size_t>(waiting->index);
    if (info == analysis.calls.end() || at >= info->second.outputs.size()) {
        return [](const LayerType& type) { return type.inputs.maximum != 0; };
    }
    return [tensor = info->second.outputs[at]](const LayerType& type) { return takes(type, tensor); };
}

void Canvas::quickAdd(QPointF widget, std::optional<Port> waiting) {
    m_quickAddAt = view.toScene(widget);
    m_quickAdd->openAt(widget.toPoint(), takersOf(waiting));
    m_waiting = waiting;
}

QPointF Canvas::placeBelow(CallId call) const {
    const QRectF rect = scene.box(call)->rect;
    return {rect.center().x(), rect.bottom() + kBoxGap};
}

void Canvas::quickAddByKey() {
    const auto single = selection.single();
    quickAdd(view.toWidget(single && scene.box(*single) ? placeBelow(*single) : pointerOrCenter()), std::nullopt);
}

void Canvas::addChosen(const LayerType* type, bool another) {
    const std::optional<Port> waiting = m_waiting;
    CallId added;
    const bool above = waiting && !waiting->output;
    const QPointF offset(metrics::boxWidth / 2.0, above ? metrics::boxHeight : 0);
    edit(tr("Add %1").arg(QString::fromStdString(type->name)), [&](Project& project) {
        added = addBox(project, graphId(), *type, m_quickAddAt - offset);
        if (waiting && waiting->output && portsOf(project.graphs, project.graphs.at(graphId()), added).inputs > 0) {
            wire(project, graphId(), {waiting->call, waiting->index}, added, 0);
        } else if (above) {
            wire(project, graphId(), {added, 0}, waiting->call, waiting->index);
        }
        freePlace(project, graphId(), {added});
    });
    selection.select({added});
    bringInSight(added);
    if (another) { // a chain, downwards
        m_quickAddAt = placeBelow(added);
        m_waiting = Port{added, true, 0};
        m_quickAdd->offerOnly(takersOf(m_waiting));
    }
}

void Canvas::paste(const QByteArray& text, QPointF center, const QString& name) {
    std::set<CallId> added;
    try {
        edit(name, [&](Project& project) {
            added = pasteBoxes(project, graphId(), text, center);
            freePlace(project, graphId(), added);
        });
    } catch (const Error& error) {
        say(QString::fromStdString(error.what()), QRectF(rect()).center(), true);
        return;
    }
    selection.select(added);
}

void Canvas::duplicate() {
    QPolygonF corners; // which pasteBoxes goes by
    for (const CallId call : selection.calls()) {
        corners << scene.box(call)->rect.topLeft();
    }
    paste(copyBoxes(document.project(), graphId(), selection.calls()), corners.boundingRect().center(), tr("Duplicate"));
}

void Canvas::useAgain() {
    std::set<CallId> calls = selection.calls();
    std::erase_if(calls, [this](CallId call) {
        const Box* box = scene.box(call);
        return !box || !box->type || box->type->isInput;
    });
    if (calls.empty()) {
        say(inputIsUsedOnce(), QRectF(rect()).center(), true);
        return;
    }
    std::set<CallId> added;
    edit(tr("Use layer again"), [&](Project& project) {
        for (const CallId call : calls) {
            added.insert(callAgain(project, graphId(), call, scene.box(call)->rect.topLeft() + QPointF(metrics::boxWidth + 48, 0)));
        }
    });
    selection.select(added);
}

void Canvas::connectSelected() {
    std::vector<const Box*> boxes;
    for (const CallId call : selection.calls()) {
        boxes.push_back(scene.box(call));
    }
    std::sort(boxes.begin(), boxes.end(), [](const Box* a, const Box* b) { return a->rect.top() < b->rect.top(); });
    std::vector<std::pair<Source, WireId>> wanted;
    for (std::size_t i = 1; i < boxes.size(); ++i) {
        const Call* to = graph().call(boxes[i]->call);
        for (int port = 0; port < boxes[i]->inputPorts(); ++port) {
            const bool free = port >= static_cast<int>(to->inputs.size()) || !to->inputs[static_cast<std::size_t>(port)];
            if (free && !dependencies(graph(), boxes[i - 1]->call).contains(boxes[i]->call)) {
                wanted.push_back({{boxes[i - 1]->call, 0}, {boxes[i]->call, port}});
                break;
            }
        }
    }
    if (wanted.empty()) {
        say(tr("Select boxes with a free input below one another to connect them."), QRectF(rect()).center(), true);
        return;
    }
    edit(tr("Connect"), [&](Project& project) {
        for (const auto& [from, to] : wanted) {
            wire(project, graphId(), from, to.to, to.port);
        }
    });
}

void Canvas::nudge(QPointF by) {
    const std::set<CallId> calls = selection.calls();
    if (!calls.empty()) {
        edit(tr("Move %n box(es)", nullptr, static_cast<int>(calls.size())), [&](Project& project) { moveBoxes(project, calls, by); }, "nudge");
    }
}

void Canvas::rename() {
    const auto single = selection.single();
    const Box* box = single ? scene.box(*single) : nullptr;
    if (!box) {
        return;
    }
    m_renaming = box->layer;
    const QPointF at = view.toWidget(box->rect.topLeft() + QPointF(10, 4));
    m_nameEdit->setGeometry(QRectF(at, QSizeF(std::max(140.0, (box->rect.width() - 18) * zoom()), metrics::control)).toRect());
    m_nameEdit->setText(box->name);
    m_nameEdit->selectAll();
    m_nameEdit->show();
    m_nameEdit->setFocus();
}

void Canvas::finishRename(bool keep) {
    const LayerId layer = m_renaming;
    if (!layer) {
        return;
    }
    if (keep && graph().layer(layer)) {
        try {
            edit(tr("Rename"), [&](Project& project) { renameLayer(project, graphId(), layer, m_nameEdit->text().trimmed().toStdString()); });
        } catch (const Error& error) {
            // What was typed stays, to be mended; Escape gives it up.
            say(QString::fromStdString(error.what()), m_nameEdit->geometry().bottomLeft(), true);
            QTimer::singleShot(0, m_nameEdit, qOverload<>(&QWidget::setFocus));
            return;
        }
    }
    m_renaming = {};
    m_nameEdit->hide();
    say({}, {}, false);
    setFocus();
}

void Canvas::fit() {
    m_fitWhenShown = !isVisible() && scene.boxes().empty();
    view.fit(scene.bounds().adjusted(-60, -40, 60, 40), size());
    Q_EMIT zoomChanged(zoom());
    update();
}

void Canvas::setZoom(double wanted) {
    view.zoomTo(wanted, QRectF(rect()).center());
    Q_EMIT zoomChanged(zoom());
    update();
}

void Canvas::arrangeAll() {
    std::map<CallId, QSizeF> sizes;
    for (const Box& box : scene.boxes()) {
        sizes[box.call] = box.rect.size();
    }
    try {
        const Layout layout = arrange(graph(), sizes);
        const QPointF corner = snapped(scene.bounds().topLeft());
        document.edit(tr("Arrange"), [&](Project& project) {
            for (const auto& [call, at] : layout) {
                project.layout[call] = {at.x + corner.x(), at.y + corner.y()};
            }
        });
        fit();
    } catch (const Error& error) {
        say(QString::fromStdString(error.what()), QRectF(rect()).center(), true);
    }
}

} // namespace weft::ui
