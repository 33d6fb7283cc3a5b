// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/tools/move_tool.h"

#include "ui/canvas/edits.h"

#include <QApplication>

namespace weft::ui {

namespace {

bool hasWires(const Scene& scene, CallId call) {
    for (const Wire& wire : scene.wires()) {
        if (wire.id.to == call || wire.from.call == call) {
            return true;
        }
    }
    return false;
}

} // namespace

MoveTool::MoveTool(Stage& stage, const Pointer& at, CallId pressed) : Tool(stage), m_start(at), m_pressed(pressed) {
    std::set<CallId> calls = stage.selection.calls();
    const bool adds = at.modifiers & (Qt::ControlModifier | Qt::ShiftModifier);
    if (adds) {
        m_deselectAtRelease = !calls.insert(pressed).second;
        stage.selection.select(calls, stage.selection.wires());
    } else if (calls.contains(pressed)) {
        m_selectOnlyAtRelease = true;
    } else {
        stage.selection.select(calls = {pressed});
    }
    m_calls = std::move(calls);
    m_anchor = stage.scene.box(pressed)->rect.topLeft();
    const Box* box = stage.scene.box(pressed);
    m_canInsert = m_calls.size() == 1 && box->inputPorts() > 0 && !hasWires(stage.scene, pressed);
}

QPointF MoveTool::shiftFor(const Pointer& pointer) const { return snapped(m_anchor + pointer.scene - m_start.scene) - m_anchor; }

void MoveTool::move(const Pointer& pointer) {
    if (!m_moving && (pointer.widget - m_start.widget).manhattanLength() < QApplication::startDragDistance() / 2) {
        return;
    }
    m_moving = true;
    const QPointF by = shiftFor(pointer);
    m_stage.scene.shift(m_calls, by - m_shifted);
    m_shifted = by;
    m_into.reset();
    if (const Box* box = m_canInsert ? m_stage.scene.box(m_pressed) : nullptr) {
        const Wire* wire = m_stage.scene.wireAt(box->rect.center(), 24);
        m_into = wire ? std::optional(wire->id) : std::nullopt;
    }
    m_stage.repaint();
}

void MoveTool::release(const Pointer& pointer) {
    if (!m_moving) {
        if (m_deselectAtRelease) {
            std::set<CallId> calls = m_stage.selection.calls();
            calls.erase(m_pressed);
            m_stage.selection.select(calls, m_stage.selection.wires());
        } else if (m_selectOnlyAtRelease) {
            m_stage.selection.select({m_pressed});
        }
        return;
    }
    move(pointer);
    const QPointF by = m_shifted;
    cancel();
    if (by.isNull()) {
        return;
    }
    const QString text = m_into ? QObject::tr("Insert into wire") : QObject::tr("Move %n box(es)", nullptr, static_cast<int>(m_calls.size()));
    m_stage.edit(text, [&](Project& project) {
        moveBoxes(project, m_calls, by);
        if (m_into) {
            insertIntoWire(project, m_stage.graphId(), m_pressed, *m_into);
        }
    });
}

void MoveTool::cancel() {
    m_stage.scene.shift(m_calls, -m_shifted);
    m_shifted = {};
    m_stage.repaint();
}

void MoveTool::highlight(Highlight& highlight) const {
    if (m_into) {
        highlight.wires.insert(*m_into);
    }
}

} // namespace weft::ui
