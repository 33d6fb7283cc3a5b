// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/canvas/tools/tool.h"

namespace weft::ui {

/// Why an Input has no second box.
QString inputIsUsedOnce();

/// Alt and a drag: another call of the box's layer is drawn out of it. Dropped on a box or where it began, nothing is made.
class ShareTool : public Tool {
public:
    ShareTool(Stage& stage, const Pointer& at, CallId pressed);

    void move(const Pointer& pointer) override;
    void release(const Pointer& pointer) override;
    void paint(QPainter& painter, const Theme& theme) const override;
    void highlight(Highlight& highlight) const override;

private:
    Pointer m_start;
    CallId m_pressed;
    QRectF m_from, m_rect;
    bool m_moving = false;
};

} // namespace weft::ui
