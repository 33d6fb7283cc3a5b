// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/tools/share_tool.h"

#include "ui/canvas/box_marks.h"
#include "ui/canvas/edits.h"

#include <QApplication>
#include <QPainter>

namespace weft::ui {

QString inputIsUsedOnce() { return QObject::tr("An Input is where data enter; it is used once. Draw several wires from it instead."); }

ShareTool::ShareTool(Stage& stage, const Pointer& at, CallId pressed)
    : Tool(stage), m_start(at), m_pressed(pressed), m_from(stage.scene.box(pressed)->rect), m_rect(m_from) {
    stage.selection.select({pressed});
}

void ShareTool::move(const Pointer& pointer) {
    m_moving |= (pointer.widget - m_start.widget).manhattanLength() >= QApplication::startDragDistance();
    m_rect.moveTopLeft(snapped(m_from.topLeft() + pointer.scene - m_start.scene));
    m_stage.repaint();
}

void ShareTool::release(const Pointer& pointer) {
    move(pointer);
    const Box* box = m_stage.scene.box(m_pressed);
    if (!m_moving || m_rect.intersects(m_from) || !box || !box->type || box->type->isInput) {
        if (m_moving && box && box->type && box->type->isInput) {
            m_stage.say(inputIsUsedOnce(), pointer.widget, true);
        }
        return;
    }
    CallId again;
    m_stage.edit(QObject::tr("Use layer again"),
                 [&](Project& project) { again = callAgain(project, m_stage.graphId(), m_pressed, m_rect.topLeft()); });
    m_stage.selection.select({again});
}

void ShareTool::paint(QPainter& painter, const Theme& theme) const {
    const Box* box = m_stage.scene.box(m_pressed);
    if (m_moving && box) {
        paintTie(painter, theme.family(box->family), m_from.left() <= m_rect.left() ? m_from : m_rect, m_from.left() <= m_rect.left() ? m_rect : m_from, 1.4);
        paintGhostBox(painter, theme, m_rect, box->family, box->name);
    }
}

void ShareTool::highlight(Highlight& highlight) const {
    if (const Box* box = m_stage.scene.box(m_pressed)) {
        highlight.layers.insert(box->layer);
    }
}

} // namespace weft::ui
