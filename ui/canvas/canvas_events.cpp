// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas.h"

#include "ui/canvas/edits.h"
#include "ui/canvas/layer_search.h"
#include "ui/canvas/ports.h"
#include "ui/canvas/tools/move_tool.h"
#include "ui/canvas/tools/pan_tool.h"
#include "ui/canvas/tools/rubber_band_tool.h"
#include "ui/canvas/tools/share_tool.h"
#include "ui/canvas/tools/wire_tool.h"

#include <QHelpEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QToolTip>

#include <cmath>

namespace weft::ui {

namespace {

QString boxHelp(const Box& box) {
    QStringList lines;
    if (!box.problem.isEmpty()) {
        lines << box.problem;
    }
    if (box.calls > 1) {
        lines << QObject::tr("%1 is one layer with %2 boxes: they work with the same weights, which count once.").arg(box.name).arg(box.calls);
    }
    if (box.frozen) {
        lines << QObject::tr("Frozen: training leaves its weights as they are.");
    }
    if (box.instances > 1) {
        lines << QObject::tr("One of %1 instances of one drawing: what is changed inside changes in all, each with weights of its own.").arg(box.instances);
    }
    if (box.graph) {
        lines << QObject::tr("A model used as a layer. Double-click shows what is inside.");
    }
    return lines.join('\n');
}

/// The port's name.
QString portHelp(const Box& box, const Port& port) {
    const auto at = static_cast<std::size_t>(port.index);
    const QStringList& shown = port.output ? box.outputNames : box.inputNames;
    if (port.index < shown.size()) {
        return shown[port.index];
    }
    static const std::vector<std::string> none;
    const std::vector<std::string>& names = !box.type ? none : port.output ? box.type->outputNames : box.type->inputs.names;
    const bool many = port.output ? box.outputs > 1 : box.inputPorts() > 1;
    return at < names.size() && many ? QString::fromStdString(names[at]) : QString();
}

/// How near counts as on it, in widget pixels.
constexpr double kPortReach = 9;
constexpr double kWireReach = 6;

} // namespace

QString Canvas::helpOf(const Box& box) const {
    const QString text = boxHelp(box);
    return box.graph ? QStringLiteral("<p>%1</p>%2").arg(text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>")), preview(box)) : text;
}

Pointer Canvas::pointer(const QSinglePointEvent& event) const { return {event.position(), view.toScene(event.position()), event.modifiers()}; }

void Canvas::endGesture(bool cancelled) {
    if (const std::unique_ptr<Tool> tool = std::move(m_tool); tool && cancelled) {
        tool->cancel();
        say({}, {}, false);
    }
    m_toolButton = Qt::NoButton;
    unsetCursor();
    update();
}

void Canvas::mousePressEvent(QMouseEvent* event) {
    finishRename(true);
    m_quickAdd->hide();
    if (m_tool || event->button() == Qt::RightButton) {
        if (m_tool) {
            endGesture(true);
        }
        return;
    }
    document.endMerge();
    say({}, {}, false);
    const Pointer at = pointer(*event);
    Stage& stage = *this;
    m_toolButton = event->button();
    if (event->button() == Qt::MiddleButton || m_spaceHeld) {
        setCursor(Qt::ClosedHandCursor);
        m_tool = std::make_unique<PanTool>(stage, at);
        return;
    }
    if (event->button() != Qt::LeftButton) {
        return;
    }
    if (minimapShown() && minimapFrame().contains(at.widget)) {
        m_draggingMinimap = true;
        view.centerOn(minimapToScene(scene, minimapFrame(), inSight(), at.widget), size());
        update();
        return;
    }
    if (const auto port = scene.portAt(at.scene, kPortReach / zoom())) {
        m_tool = WireTool::begin(stage, *port, at.scene);
    } else if (const Box* box = scene.boxAt(at.scene); box && at.modifiers & Qt::AltModifier) {
        m_tool = std::make_unique<ShareTool>(stage, at, box->call);
    } else if (box) {
        m_tool = std::make_unique<MoveTool>(stage, at, box->call);
    } else if (const Wire* wire = scene.wireAt(at.scene, kWireReach / zoom())) {
        const bool adds = at.modifiers & (Qt::ControlModifier | Qt::ShiftModifier);
        std::set<WireId> wires = adds ? selection.wires() : std::set<WireId>();
        wires.insert(wire->id);
        selection.select(adds ? selection.calls() : std::set<CallId>(), std::move(wires));
    } else {
        m_tool = std::make_unique<RubberBandTool>(stage, at);
    }
    update();
}

void Canvas::mouseMoveEvent(QMouseEvent* event) {
    if (m_tool) {
        m_tool->move(pointer(*event));
    } else if (m_draggingMinimap) {
        view.centerOn(minimapToScene(scene, minimapFrame(), inSight(), event->position()), size());
        update();
    } else {
        updateHover(event->position());
    }
}

void Canvas::mouseReleaseEvent(QMouseEvent* event) {
    m_draggingMinimap = false;
    if (m_tool && event->button() == m_toolButton) {
        // The gesture is over before its edit is told, so that the change cannot cancel it.
        const std::unique_ptr<Tool> tool = std::move(m_tool);
        endGesture(false);
        tool->release(pointer(*event));
        updateHover(event->position());
    }
}

void Canvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        return;
    }
    const Pointer at = pointer(*event);
    if (const Box* box = scene.boxAt(at.scene)) {
        const CallId call = box->call;
        selection.select({call});
        isNested(call) ? enter(call) : rename();
    } else if (!scene.portAt(at.scene, kPortReach / zoom()) && !scene.wireAt(at.scene, kWireReach / zoom())) {
        quickAdd(at.widget, std::nullopt);
    }
}

void Canvas::updateHover(QPointF widget) {
    const QPointF at = view.toScene(widget);
    const bool onPort = scene.portAt(at, kPortReach / zoom()).has_value();
    const Box* box = scene.boxAt(at);
    const Wire* wire = onPort || box ? nullptr : scene.wireAt(at, kWireReach / zoom());
    const LayerId layer = box && box->calls > 1 ? box->layer : LayerId();
    if (layer != m_hoveredLayer) {
        m_hoveredLayer = layer;
        update();
    }
    const std::optional<WireId> hovered = wire ? std::optional(wire->id) : std::nullopt;
    if (hovered != m_hoveredWire) {
        m_hoveredWire = hovered;
        update();
    }
    if (m_spaceHeld) {
        setCursor(Qt::OpenHandCursor);
    } else if (onPort) {
        setCursor(Qt::CrossCursor);
    } else {
        unsetCursor();
    }
}

void Canvas::leaveEvent(QEvent*) {
    m_hoveredWire.reset();
    update();
}

void Canvas::wheelEvent(QWheelEvent* event) {
    QPointF by = event->pixelDelta().isNull() ? QPointF(event->angleDelta()) / 120 * 48 : QPointF(event->pixelDelta());
    if (event->modifiers() & Qt::ControlModifier) {
        const double steps = event->pixelDelta().isNull() ? event->angleDelta().y() / 120.0 : by.y() / 60;
        view.zoomTo(zoom() * std::pow(1.2, steps), event->position());
        Q_EMIT zoomChanged(zoom());
    } else {
        if (event->modifiers() & Qt::ShiftModifier && by.x() == 0) {
            by = {by.y(), 0};
        }
        view.pan(by);
    }
    event->accept();
    update();
}

bool Canvas::event(QEvent* event) {
    switch (event->type()) {
    case QEvent::KeyPress:
        // Tab asks for a layer here; Shift+Tab still leaves the canvas.
        if (static_cast<QKeyEvent*>(event)->key() == Qt::Key_Tab && !(static_cast<QKeyEvent*>(event)->modifiers() & Qt::ControlModifier)) {
            quickAddByKey();
            return true;
        }
        break;
    case QEvent::NativeGesture: {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            view.zoomTo(zoom() * (1 + gesture->value()), gesture->position());
            Q_EMIT zoomChanged(zoom());
            update();
            return true;
        }
        break;
    }
    case QEvent::ToolTip: {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QPointF at = view.toScene(QPointF(help->pos()));
        const auto port = scene.portAt(at, kPortReach / zoom());
        const Box* box = scene.boxAt(at);
        const Wire* wire = box ? nullptr : scene.wireAt(at, kWireReach / zoom());
        const QString text = port ? portHelp(*scene.box(port->call), *port) : box ? helpOf(*box) : wire ? wire->label : QString();
        text.isEmpty() ? QToolTip::hideText() : QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    default: break;
    }
    return QWidget::event(event);
}

bool Canvas::eventFilter(QObject* watched, QEvent* event) {
    // A field hands on the key that ends it, and here Return would open the box that was named.
    if (watched == m_nameEdit && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            finishRename(true);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void Canvas::keyPressEvent(QKeyEvent* event) {
    const double step = event->modifiers() & Qt::ShiftModifier ? 10 * metrics::grid : metrics::grid;
    switch (event->key()) {
    case Qt::Key_Escape:
        if (m_nameEdit->isVisible()) {
            finishRename(false);
        } else if (m_tool) {
            endGesture(true);
        } else {
            say({}, {}, false);
            const bool nothing = selection.calls().empty() && selection.wires().empty();
            nothing ? leave() : selection.clear();
        }
        return;
    case Qt::Key_Backspace: leave(); return; // the action deletes where something is selected
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (const auto single = selection.single()) {
            enter(*single);
        }
        return;
    case Qt::Key_Left: nudge({-step, 0}); return;
    case Qt::Key_Right: nudge({step, 0}); return;
    case Qt::Key_Up: nudge({0, -step}); return;
    case Qt::Key_Down: nudge({0, step}); return;
    case Qt::Key_Space:
        if (!event->isAutoRepeat()) {
            m_spaceHeld = true;
            setCursor(Qt::OpenHandCursor);
        }
        return;
    default: QWidget::keyPressEvent(event);
    }
}

void Canvas::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) {
        m_spaceHeld = false;
        if (!m_tool) {
            unsetCursor();
        }
        return;
    }
    QWidget::keyReleaseEvent(event);
}

void Canvas::focusOutEvent(QFocusEvent* event) {
    m_spaceHeld = false;
    document.endMerge();
    QWidget::focusOutEvent(event);
}

void Canvas::resizeEvent(QResizeEvent*) {
    if (m_fitWhenShown || view.isFitted()) {
        m_fitWhenShown = scene.boxes().empty();
        view.fit(scene.bounds().adjusted(-60, -40, 60, 40), size());
        Q_EMIT zoomChanged(zoom());
    }
}

// --- A layer dragged from the palette ---------------------------------------------------------------------------------------

const LayerType* Canvas::draggedLayer(const QMimeData* data) const {
    return data->hasFormat(kLayerMime) ? findLayerType(data->data(kLayerMime).toStdString()) : nullptr;
}

void Canvas::dragEnterEvent(QDragEnterEvent* event) {
    if (draggedLayer(event->mimeData())) {
        event->acceptProposedAction();
    }
}

void Canvas::dragMoveEvent(QDragMoveEvent* event) {
    const LayerType* type = draggedLayer(event->mimeData());
    if (!type) {
        return;
    }
    const QSizeF size = Scene::sizeOf(firstPorts(*type), 1);
    const QPointF center = view.toScene(event->position());
    const QPointF at = snapped(center - QPointF(size.width(), size.height()) / 2);
    const Wire* wire = type->isInput ? nullptr : scene.wireAt(center, 24);
    m_drop = Drop{type, QRectF(at, size), wire ? std::optional(wire->id) : std::nullopt};
    event->acceptProposedAction();
    update();
}

void Canvas::dragLeaveEvent(QDragLeaveEvent*) {
    m_drop.reset();
    update();
}

void Canvas::dropEvent(QDropEvent* event) {
    const LayerType* type = draggedLayer(event->mimeData());
    if (!type) {
        return;
    }
    if (!m_drop) {
        const QSizeF size = Scene::sizeOf(firstPorts(*type), 1);
        m_drop = Drop{type, QRectF(snapped(view.toScene(event->position()) - QPointF(size.width(), size.height()) / 2), size), std::nullopt};
    }
    const Drop drop = *std::exchange(m_drop, std::nullopt);
    event->acceptProposedAction();
    setFocus();
    dropLayer(*drop.type, drop.rect.topLeft(), drop.into);
}

} // namespace weft::ui
