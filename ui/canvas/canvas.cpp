// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas.h"

#include "ui/document/levels.h"

#include <QLineEdit>

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
    m_nameEdit->installEventFilter(this);
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
        this->selection.showGraph(this->document.project().root);
        m_views.clear();
        m_shown = graphId();
        rebuild();
        fit();
    });
    connect(&document, &Document::stateChanged, this, &Canvas::updateActions);
    connect(&selection, &Selection::changed, this, [this] {
        updateActions();
        update();
    });
    connect(&selection, &Selection::graphChanged, this, &Canvas::graphShown);
    connect(&selection, &Selection::modelChanged, this, &Canvas::rebuild);
    connect(&selection, &Selection::revealRequested, this, &Canvas::bringInSight);
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
    if (!document.project().graphs.contains(graphId())) {
        selection.showGraph(document.project().root);
    }
    m_shown = graphId();
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
    const std::vector<Level> levels = levelsOf(document.project(), selection);
    const bool frozenAround = std::any_of(levels.begin(), levels.end(), [this](const Level& level) {
        const Layer* layer = document.project().graphs.at(level.graph).layerOf(level.box);
        return layer && !layer->trainable;
    });
    scene.build(document, graphId(), levels.empty() ? selection.model() : modelInSight(document.project(), levels), frozenAround);
    m_hoveredWire.reset();
    m_hoveredLayer = {};
    setAccessibleDescription(tr("%n box(es)", nullptr, static_cast<int>(scene.boxes().size())));
    update();
}

void Canvas::projectChanged() {
    if (m_tool) {
        endGesture(true); // what it held may be gone
    }
    if (const auto& graphs = document.project().graphs; !graphs.contains(graphId())) {
        std::vector<Level> path = selection.path();
        while (!path.empty() && !graphs.contains(path.back().graph)) {
            path.pop_back();
        }
        const GraphId around = path.empty() ? document.project().root : path.back().graph;
        path.empty() ? void() : path.pop_back();
        selection.showGraph(around, std::move(path));
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
    updateActions();
}

void Canvas::say(const QString& note, QPointF widget, bool refusal) {
    if (note.isEmpty() && m_noteRefuses && m_noteTimer.isActive() && !m_tool) {
        m_noteTimer.stop();
    }
    m_note = note;
    m_noteAt = widget;
    m_noteRefuses = refusal;
    if (!note.isEmpty() && (refusal || !m_tool)) {
        m_noteTimer.start(4000);
    }
    update();
}

} // namespace weft::ui
