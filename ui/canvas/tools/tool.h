// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/canvas/scene_painter.h"
#include "ui/canvas/view.h"
#include "ui/document/document.h"
#include "ui/document/selection.h"

class QPainter;

namespace weft::ui {

/// Where the pointer is, in the widget and on the canvas.
struct Pointer {
    QPointF widget;
    QPointF scene;
    Qt::KeyboardModifiers modifiers;
};

/// What a gesture works on. The canvas is the only one.
class Stage {
public:
    Stage(Document& document, Selection& selection) : document(document), selection(selection) {}
    virtual ~Stage() = default;

    Document& document;
    Selection& selection;
    Scene scene;
    View view;

    GraphId graphId() const { return selection.graph(); }
    const Graph& graph() const { return document.project().graphs.at(graphId()); }

    /// One undo step on the graph in sight; ports and the default model follow.
    void edit(const QString& text, const std::function<void(Project&)>& change, const QString& mergeKey = {});

    /// The same for an edit that takes layers from one place to another.
    void editWithWeights(const QString& text, const std::function<void(Project&, WeightChanges&)>& change);

    virtual void repaint() = 0;
    /// A short note beside the pointer; empty takes it away. A refusal stays a moment after the gesture.
    virtual void say(const QString& note, QPointF widget, bool refusal) = 0;
    /// The quick-add list at a place; a wire that waits for the new box is given with it.
    virtual void quickAdd(QPointF widget, std::optional<Port> waiting) = 0;
    /// Asks in place what to do with a port that has a wire.
    virtual void askAboutTakenPort(Source from, CallId to, int port, std::optional<WireId> held, QPointF widget) = 0;
};

/// One gesture, from press to release. Made by the canvas at the press, gone after release or cancel.
class Tool {
public:
    explicit Tool(Stage& stage) : m_stage(stage) {}
    virtual ~Tool() = default;
    Tool(const Tool&) = delete;
    Tool& operator=(const Tool&) = delete;

    virtual void move(const Pointer& pointer) = 0;
    virtual void release(const Pointer& pointer) = 0;
    /// Esc, or the focus went: as if it had never begun.
    virtual void cancel() {}
    /// What the gesture adds to the picture; canvas units.
    virtual void paint(QPainter&, const Theme&) const {}
    virtual void highlight(Highlight&) const {}

protected:
    Stage& m_stage;
};

} // namespace weft::ui
