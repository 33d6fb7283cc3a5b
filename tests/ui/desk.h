// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/edits.h"
#include "ui/canvas/canvas.h"
#include "ui/canvas/edits.h"
#include "ui/canvas/layer_search.h"
#include "ui/canvas/palette.h"

#include <QAction>
#include <QApplication>
#include <QMimeData>
#include <QTest>

namespace weft::ui {

inline bool same(const Project& a, Project b) {
    b.ids = a.ids; // ids alone never go back
    return a == b;
}

/// A document with a canvas on it, and hands.
class Desk {
public:
    Document document;
    Selection selection;
    Appearance appearance;
    Canvas canvas{document, selection, appearance};
    Palette palette{appearance};

    Desk() {
        appearance.setMode(Appearance::Mode::light);
        canvas.resize(1000, 800);
        canvas.show();
        QVERIFY(QTest::qWaitForWindowExposed(&canvas));
        canvas.setFocus();
        canvas.setZoom(1.0);
    }

    /// The one in sight.
    const Graph& graph() const { return document.project().graphs.at(selection.graph()); }
    CallId named(const char* name) const {
        for (const auto& [id, call] : graph().calls) {
            if (graph().layers.at(call.layer).name == name) {
                return id;
            }
        }
        return {};
    }
    std::optional<Source> inputOf(const char* name, std::size_t port = 0) const {
        const Call* call = graph().call(named(name));
        return call && port < call->inputs.size() ? call->inputs[port] : std::nullopt;
    }

    /// What Qt sends while a layer is dragged from the palette over the canvas and dropped: with the palette's own data.
    void dragFromPalette(const char* type, QPointF to) {
        palette.search().setText(type);
        QVERIFY(palette.list().current());
        struct Peek : LayerList {
            using LayerList::mimeData;
        };
        const std::unique_ptr<QMimeData> data((palette.list().*(&Peek::mimeData))(palette.list().selectedItems()));
        QVERIFY(data);
        QDragEnterEvent enter(to.toPoint(), Qt::CopyAction, data.get(), Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&canvas, &enter);
        QVERIFY(enter.isAccepted());
        QDragMoveEvent move(to.toPoint(), Qt::CopyAction, data.get(), Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&canvas, &move);
        canvas.grab(); // paints the preview
        QDropEvent drop(to, Qt::CopyAction, data.get(), Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&canvas, &drop);
        QVERIFY(drop.isAccepted());
    }

    void drag(QPointF from, QPointF to, Qt::KeyboardModifiers modifiers = {}, Qt::MouseButton button = Qt::LeftButton) {
        QTest::mousePress(&canvas, button, modifiers, from.toPoint());
        for (int i = 1; i <= 4; ++i) {
            mouseMoveHeld(from + (to - from) * i / 4.0, modifiers, button);
        }
        canvas.grab();
        QTest::mouseRelease(&canvas, button, modifiers, to.toPoint());
    }
    void drag(CallId from, QPointF by) { drag(body(from), body(from) + by); }
    void wire(const char* from, const char* to, int port = 0) {
        drag(canvas.portPosition(named(from), true, 0), canvas.portPosition(named(to), false, port));
    }
    /// On the box, away from ports.
    QPointF body(CallId call) const { return canvas.boxCenter(call) + QPointF(30, 0); }
    void click(CallId call, Qt::KeyboardModifiers modifiers = {}) { QTest::mouseClick(&canvas, Qt::LeftButton, modifiers, body(call).toPoint()); }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(&canvas, key, modifiers); }

    Point at(const char* name) const { return document.project().layout.at(named(name)); }
    void noneCovers() const {
        const Layout& layout = document.project().layout;
        for (const auto& [a, one] : layout) {
            for (const auto& [b, other] : layout) {
                QVERIFY(a == b || std::abs(one.x - other.x) >= metrics::boxWidth || std::abs(one.y - other.y) >= metrics::boxHeight);
            }
        }
    }

    /// Input, Dense `dense`, Dense `dense_1`, in a column, without wires.
    void threeBoxes() {
        dragFromPalette("Input", {300, 100});
        dragFromPalette("Dense", {300, 250});
        dragFromPalette("Dense", {300, 400});
    }

private:
    void mouseMoveHeld(QPointF at, Qt::KeyboardModifiers modifiers, Qt::MouseButton button) {
        QMouseEvent event(QEvent::MouseMove, at, canvas.mapToGlobal(at), Qt::NoButton, button, modifiers);
        QApplication::sendEvent(&canvas, &event);
    }
};

/// One step was made since `before`; undo and redo give the very same projects.
inline void isOneStep(Desk& desk, const Project& before) {
    const Project after = desk.document.project();
    QVERIFY(!same(before, after));
    desk.key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY2(same(desk.document.project(), before), "undo gives another project");
    desk.key(Qt::Key_Y, Qt::ControlModifier);
    QVERIFY2(same(desk.document.project(), after), "redo gives another project");
}

} // namespace weft::ui
