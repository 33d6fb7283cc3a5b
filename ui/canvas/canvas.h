// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/canvas/quick_add.h"
#include "ui/canvas/tools/tool.h"

#include <QImage>
#include <QMouseEvent>
#include <QTimer>
#include <QWidget>

class QAction;

namespace weft::ui {

/// The drawing of one graph, painted directly: no widget per box. Everything it does to the project is one undo step. Gestures are in
/// ui/canvas/tools, what can be said in words (copy, fit, ...) is an action of `action()`.
class Canvas : public QWidget, private Stage {
    Q_OBJECT
public:
    Canvas(Document& document, Selection& selection, const Appearance& appearance, QWidget* parent = nullptr);
    ~Canvas() override;

    /// In widget pixels, as things stand now.
    QPointF boxCenter(CallId call) const;
    QPointF portPosition(CallId call, bool output, int port) const;
    /// A point on a wire, at its middle.
    QPointF wireCenter(WireId wire) const;
    QPointF toCanvas(QPointF widget) const { return view.toScene(widget); }

    /// By name: edit.undo edit.redo edit.cut edit.copy edit.paste edit.duplicate edit.delete edit.select_all edit.rename edit.use_again
    /// edit.make_unique edit.show_calls edit.group edit.ungroup edit.each_step edit.freeze edit.connect edit.quick_add view.enter view.leave view.fit
    /// view.actual_size view.zoom_in view.zoom_out view.arrange view.minimap. Null for any other name.
    QAction* action(const QString& name) const;

    /// Adds a layer's box in the middle of what is in sight, below boxes that are there.
    void addLayer(const LayerType& type);
    /// Adds what `make` makes at a place, in the middle of what is in sight; one step. Errors of `make` go on, and then nothing changed.
    void insert(const QString& text, const std::function<CallId(Project& project, Point at, WeightChanges& changes)>& make);
    /// Another call of a box's layer, in the middle of what is in sight.
    void callAgainInSight(CallId call);
    void fit();
    void setZoom(double zoom);
    double zoom() const { return view.zoom(); }
    void arrangeAll();
    /// Shows what is inside a box that runs a model; the graph around the one in sight.
    void enter(CallId call);
    void leave();

    /// The whole graph as a picture, `scale` device pixels to a canvas pixel; null if it is empty.
    QImage picture(double scale = 1.0) const;
    /// A small picture of it as PNG, for the project's file; empty if the graph is.
    QByteArray thumbnailPng(int longestSide = 400) const;
    /// What is inside a box that runs a model, as a picture in rich text; empty for any other box.
    QString preview(const Box& box) const;

    /// What is said beside the pointer just now.
    const QString& note() const { return m_note; }
    QSize sizeHint() const override { return {900, 600}; }

Q_SIGNALS:
    void zoomChanged(double zoom);

protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    // Stage
    void repaint() override { update(); }
    void say(const QString& note, QPointF widget, bool refusal) override;
    void quickAdd(QPointF widget, std::optional<Port> waiting) override;
    void askAboutTakenPort(Source from, CallId to, int port, std::optional<WireId> held, QPointF widget) override;

    void makeActions();
    void rebuild();
    void projectChanged();
    void updateActions();
    void updateHover(QPointF widget);
    QString helpOf(const Box& box) const;
    void endGesture(bool cancelled);
    Pointer pointer(const QSinglePointEvent& event) const;
    QPointF pointerOrCenter() const;
    /// Not where all is in sight.
    bool minimapShown() const;
    QRectF minimapFrame() const;
    QRectF inSight() const { return view.toScene(QRectF(rect())); }
    void nudge(QPointF by);
    /// Which layers a wire from there may end in; empty: no wire waits, or it waits for an output.
    std::function<bool(const LayerType&)> takersOf(const std::optional<Port>& waiting) const;
    void addChosen(const LayerType* type, bool another);
    void dropLayer(const LayerType& type, QPointF at, std::optional<WireId> into);
    void paste(const QByteArray& text, QPointF center, const QString& name);
    void duplicate();
    void useAgain();
    /// Runs an edit that may refuse; the reason is said beside the selection.
    void attempt(const std::function<void()>& what);
    void group();
    void ungroup();
    void makeUnique();
    std::set<CallId> callsOfSelected() const;
    void showAllCalls();
    void freeze(bool frozen);
    bool isFrozen() const;
    bool isNested(CallId call) const;
    /// The selected boxes' models work on each step of a sequence from now on, or as they are again.
    void applyToEachStep(bool eachStep);
    bool worksOnSteps() const;
    /// Another graph came into sight: its own zoom and place with it.
    void graphShown();
    void mergeInto(const LayerType& type, Source there, Source from, WireId target, std::optional<WireId> held);
    void connectSelected();
    void rename();
    void finishRename(bool keep);
    void bringInSight(CallId call);
    /// Where the middle of the upper edge of a box below that one is.
    QPointF placeBelow(CallId call) const;
    void quickAddByKey();
    const LayerType* draggedLayer(const QMimeData* data) const;
    void paintEmptyHint(QPainter& painter) const;
    void paintNote(QPainter& painter) const;

    const Appearance& m_appearance;
    std::map<QString, QAction*> m_actions;
    std::unique_ptr<Tool> m_tool;
    Qt::MouseButton m_toolButton = Qt::NoButton;
    bool m_spaceHeld = false;
    std::optional<WireId> m_hoveredWire;
    LayerId m_hoveredLayer; ///< of a shared box under the pointer
    GraphId m_shown;
    std::map<GraphId, View> m_views; ///< of graphs that were in sight
    QuickAdd* m_quickAdd;
    QPointF m_quickAddAt; ///< canvas
    std::optional<Port> m_waiting;
    QLineEdit* m_nameEdit;
    LayerId m_renaming;
    QString m_note;
    QPointF m_noteAt;
    bool m_noteRefuses = false;
    QTimer m_noteTimer;
    /// The layer that is dragged over the canvas.
    struct Drop {
        const LayerType* type;
        QRectF rect;
        std::optional<WireId> into;
    };
    std::optional<Drop> m_drop;
    bool m_minimap = true;
    bool m_draggingMinimap = false;
    bool m_fitWhenShown = true;
};

} // namespace weft::ui
