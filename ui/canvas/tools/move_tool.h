// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/canvas/tools/tool.h"

namespace weft::ui {

/// Selects the box or wire pressed on; dragged on, moves all selected boxes on the grid, in one step. A single box without wires that
/// is dropped on a wire goes into it.
class MoveTool : public Tool {
public:
    MoveTool(Stage& stage, const Pointer& at, CallId pressed);
    void move(const Pointer& pointer) override;
    void release(const Pointer& pointer) override;
    void cancel() override;
    void highlight(Highlight& highlight) const override;

private:
    QPointF shiftFor(const Pointer& pointer) const;
    Pointer m_start;
    CallId m_pressed;
    std::set<CallId> m_calls;
    QPointF m_anchor;  ///< of the box pressed on, before
    QPointF m_shifted; ///< so far
    bool m_moving = false;
    bool m_deselectAtRelease = false;
    bool m_selectOnlyAtRelease = false;
    std::optional<WireId> m_into;
    bool m_canInsert = false;
};

} // namespace weft::ui
