// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/tools/rubber_band_tool.h"

#include <QPainter>

namespace weft::ui {

RubberBandTool::RubberBandTool(Stage& stage, const Pointer& at) : Tool(stage), m_start(at.scene), m_frame(at.scene, QSizeF()) {
    if (at.modifiers & (Qt::ControlModifier | Qt::ShiftModifier)) {
        m_calls = stage.selection.calls();
        m_wires = stage.selection.wires();
    }
    stage.selection.select(m_calls, m_wires);
}

void RubberBandTool::move(const Pointer& pointer) {
    m_frame = QRectF(m_start, pointer.scene).normalized();
    std::set<CallId> calls = m_calls;
    for (const int i : m_stage.scene.boxesIn(m_frame)) {
        const Box& box = m_stage.scene.boxes()[static_cast<std::size_t>(i)];
        if (box.rect.intersects(m_frame)) {
            calls.insert(box.call);
        }
    }
    m_stage.selection.select(std::move(calls), m_wires);
    m_stage.repaint();
}

void RubberBandTool::cancel() { m_stage.selection.select(m_calls, m_wires); }

void RubberBandTool::paint(QPainter& painter, const Theme& theme) const {
    QPen pen(theme.accent, 1);
    pen.setCosmetic(true);
    painter.setPen(pen);
    QColor fill = theme.accent;
    fill.setAlphaF(0.08F);
    painter.setBrush(fill);
    painter.drawRect(m_frame);
}

} // namespace weft::ui
