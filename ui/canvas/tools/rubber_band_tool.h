// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/canvas/tools/tool.h"

namespace weft::ui {

/// Pressed on empty canvas: selects all boxes that the frame touches; Ctrl or Shift adds to what is selected.
class RubberBandTool : public Tool {
public:
    RubberBandTool(Stage& stage, const Pointer& at);
    void move(const Pointer& pointer) override;
    void release(const Pointer& pointer) override { move(pointer); }
    void cancel() override;
    void paint(QPainter& painter, const Theme& theme) const override;

private:
    QPointF m_start;
    QRectF m_frame;
    std::set<CallId> m_calls;
    std::set<WireId> m_wires;
};

} // namespace weft::ui
