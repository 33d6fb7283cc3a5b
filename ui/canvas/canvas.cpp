// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas.h"

#include "engine/base/error.h"
#include "ui/canvas/arrange.h"
#include "ui/canvas/edits.h"
#include "ui/canvas/places.h"
#include "ui/canvas/ports.h"

#include <QAction>
#include <QBuffer>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>

namespace weft::ui {

Canvas::Canvas(Document& document, Selection& selection, const Appearance& appearance, QWidget* parent)
    : QWidget(parent), Stage(document, selection), m_appearance(appearance), m_quickAdd(new QuickAdd(appearance, this)), m_nameEdit(new QLineEdit(this)) {
    setAccessibleName(tr("Canvas"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAcceptDrops(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(200, 150);
    m_nameEdit->setObjectName("rename");
    m_nameEdit->hide();
    m_nameEdit->setAccessibleName(tr("Name of the layer"));
    m_noteTimer.setSingleShot(true);
    makeActions();

    connect(&m_noteTimer, &QTimer::timeout, this, [this] { say({}, {}, false); });
    connect(m_quickAdd, &QuickAdd::chosen, this, &Canvas::addChosen);
    connect(m_quickAdd, &QuickAdd::closed, this, [this] {
        m_waiting.reset();
        setFocus();
    });
    connect(m_nameEdit, &QLineEdit::editingFinished, this, [this] { finishRename(true); });
    connect(&document, &Document::changed, this, &Canvas::projectChanged);
    connect(&document, &Document::replaced, this, [this] {
        m_fitWhenShown = true;
        this->selection.select({});
        if (!this->document.project().graphs.contains(graphId())) {
            this->selection.showGraph(this->document.project().root);
        }
        rebuild();
        fit();
    });
    connect(&document, &Document::stateChanged, this, &Canvas::updateActions);
    connect(&selection, &Selection::changed, this, [this] {
        updateActions();
        update();
    });
    connect(&selection, &Selection::graphChanged, this, [this] {
        rebuild();
        fit();
    });
    connect(&selection, &Selection::modelChanged, this, &Canvas::rebuild);
    connect(&selection, &Selection::revealRequested, this, &Canvas::bringInSight);
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
    if (!document.project().graphs.contains(graphId())) {
        selection.showGraph(document.project().root);
    }
    rebuild();
    updateActions();
}

Canvas::~Canvas() = default;

QPointF Canvas::boxCenter(CallId call) const {
    const Box* box = scene.box(call);
    return box ? view.toWidget(box->rect.center()) : QPointF();
}

QPointF Canvas::portPosition(CallId call, bool output, int port) const { return view.toWidget(scene.port({call, output, port})); }

QPointF Canvas::wireCenter(WireId id) const {
    const Wire* wire = scene.wire(id);
    return wire ? view.toWidget(wire->path().pointAtPercent(0.5)) : QPointF();
}

void Canvas::rebuild() {
    scene.build(document, graphId(), selection.model());
    m_hoveredWire.reset();
    setAccessibleDescription(tr("%n box(es)", nullptr, static_cast<int>(scene.boxes().size())));
    update();
}

void Canvas::projectChanged() {
    if (m_tool) {
        endGesture(true); // what it held may be gone
    }
    if (!document.project().graphs.contains(graphId())) {
        selection.showGraph(document.project().root);
    }
    std::set<CallId> calls = selection.calls();
    std::set<WireId> wires = selection.wires();
    std::erase_if(calls, [&](CallId call) { return !graph().call(call); });
    std::erase_if(wires, [&](WireId wire) {
        const Call* to = graph().call(wire.to);
        return !to || wire.port >= static_cast<int>(to->inputs.size()) || !to->inputs[static_cast<std::size_t>(wire.port)];
    });
    rebuild();
    selection.select(std::move(calls), std::move(wires));
}

// --- In words -----------------------------------------------------------------------------------------------------------

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

void Canvas::askAboutTakenPort(Source from, CallId to, int port, std::optional<WireId> held, QPointF widget) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setAccessibleName(tr("This input has a wire"));
    const Box* box = scene.box(to);
    QAction* heading = menu->addAction(tr("This input of %1 has a wire").arg(box ? box->name : QString()));
    heading->setEnabled(false);
    menu->addAction(tr("Replace it"), this, [=, this] {
        edit(tr("Replace wire"), [&](Project& project) {
            if (held) {
                unwire(project, graphId(), *held);
            }
            wire(project, graphId(), from, to, port);
        });
    });
    if (box && box->inputs == 1 && box->type && !box->type->isInput) {
        menu->addAction(tr("Use %1 again for it").arg(box->name), this, [=, this] {
            CallId again;
            edit(tr("Use layer again"), [&](Project& project) {
                if (held) {
                    unwire(project, graphId(), *held);
                }
                again = callAgain(project, graphId(), to, scene.box(to)->rect.topLeft() + QPointF(metrics::boxWidth + 48, 0));
                wire(project, graphId(), from, again, 0);
            });
            selection.select({again});
        });
    }
    menu->addSeparator();
    menu->addAction(tr("Cancel"));
    menu->popup(mapToGlobal(widget.toPoint()));
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
    std::set<CallId> added;
    const std::set<CallId> calls = selection.calls();
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

void Canvas::say(const QString& note, QPointF widget, bool refusal) {
    if (note.isEmpty() && m_noteRefuses && m_noteTimer.isActive() && !m_tool) {
        m_noteTimer.stop();
    }
    m_note = note;
    m_noteAt = widget;
    m_noteRefuses = refusal;
    if (!note.isEmpty() && refusal) {
        m_noteTimer.start(4000);
    }
    update();
}

// --- Pictures ------------------------------------------------------------------------------------------------------------

QImage Canvas::picture(double scale) const {
    if (scene.boxes().empty()) {
        return {};
    }
    const QRectF area = scene.bounds().adjusted(-32, -32, 72, 32);
    QImage image((area.size() * scale).toSize(), QImage::Format_RGB32);
    const Theme& theme = m_appearance.theme();
    image.fill(theme.canvas);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(scale, scale);
    painter.translate(-area.topLeft());
    paintScene(painter, scene, theme, {}, area, std::max(scale, 1.0));
    return image;
}

QByteArray Canvas::thumbnailPng(int longestSide) const {
    const QRectF area = scene.bounds();
    const double scale = std::min(1.0, longestSide / (std::max(area.width(), area.height()) + 104));
    QByteArray png;
    QBuffer buffer(&png);
    if (const QImage image = picture(scale); !image.isNull()) {
        image.save(&buffer, "PNG");
    }
    return png;
}

void Canvas::paintEvent(QPaintEvent*) {
    const Theme& theme = m_appearance.theme();
    QPainter painter(this);
    painter.fillRect(rect(), theme.canvas);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setTransform(view.transform(), true);
    const QRectF area = inSight();
    paintGrid(painter, theme, area, zoom());
    Highlight highlight;
    highlight.calls = selection.calls();
    highlight.wires = selection.wires();
    highlight.hoveredWire = m_hoveredWire;
    if (m_tool) {
        m_tool->highlight(highlight);
    }
    if (m_drop && m_drop->into) {
        highlight.wires.insert(*m_drop->into);
    }
    paintScene(painter, scene, theme, highlight, area, zoom());
    if (m_drop) {
        paintGhostBox(painter, theme, m_drop->rect, m_drop->type->family, QString::fromStdString(m_drop->type->name));
    }
    if (m_tool) {
        m_tool->paint(painter, theme);
    }
    painter.resetTransform();
    painter.setOpacity(1.0);
    if (scene.boxes().empty()) {
        paintEmptyHint(painter);
    } else if (minimapShown()) {
        paintMinimap(painter, scene, theme, minimapFrame(), inSight());
    }
    paintNote(painter);
}

void Canvas::paintEmptyHint(QPainter& painter) const {
    painter.setFont(fonts::name());
    painter.setPen(m_appearance.theme().text);
    const QRectF all = rect();
    painter.drawText(all.adjusted(0, 0, 0, -28), Qt::AlignCenter, tr("Begin with an Input"));
    painter.setFont(fonts::body());
    painter.setPen(m_appearance.theme().secondary);
    painter.drawText(all.adjusted(0, 18, 0, 0), Qt::AlignCenter, tr("Drag layers from the list, or double-click here to add one."));
}

void Canvas::paintNote(QPainter& painter) const {
    if (m_note.isEmpty()) {
        return;
    }
    const Theme& theme = m_appearance.theme();
    painter.setFont(fonts::secondary());
    const QFontMetricsF fm(painter.font());
    QRectF frame = fm.boundingRect(QRectF(0, 0, 300, 400), Qt::TextWordWrap, m_note).adjusted(-9, -6, 9, 6);
    frame.moveTopLeft(m_noteAt + QPointF(14, 16));
    frame.moveLeft(std::clamp(frame.left(), 4.0, std::max(4.0, width() - frame.width() - 4)));
    frame.moveTop(std::clamp(frame.top(), 4.0, std::max(4.0, height() - frame.height() - 4)));
    painter.setPen(QPen(m_noteRefuses ? theme.error : theme.warning, 1));
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(frame, 5, 5);
    painter.setPen(theme.text);
    painter.drawText(frame.adjusted(9, 6, -9, -6), Qt::TextWordWrap, m_note);
}

bool Canvas::minimapShown() const { return m_minimap && !scene.boxes().empty() && !inSight().contains(scene.bounds()); }

QRectF Canvas::minimapFrame() const { return {width() - 148.0, height() - 116.0, 136, 104}; }

} // namespace weft::ui
