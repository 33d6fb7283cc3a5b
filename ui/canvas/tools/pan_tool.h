// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/canvas/tools/tool.h"

namespace weft::ui {

/// Drags the whole canvas.
class PanTool : public Tool {
public:
    PanTool(Stage& stage, const Pointer& at) : Tool(stage), m_last(at.widget) {}
    void move(const Pointer& pointer) override {
        m_stage.view.pan(pointer.widget - m_last);
        m_last = pointer.widget;
        m_stage.repaint();
    }
    void release(const Pointer& pointer) override { move(pointer); }

private:
    QPointF m_last;
};

} // namespace weft::ui
