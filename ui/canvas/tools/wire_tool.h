// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/canvas/tools/tool.h"

namespace weft::ui {

/// Draws a wire from either end, or takes the end of one that is there. While it is drawn, ports that fit are lit and snap; the others
/// are dimmed and say why. Dropped on empty canvas, a new wire asks for a box, a wire that was there is taken off.
class WireTool : public Tool {
public:
    /// `fixed` stays; the other end hangs on the pointer. `held`: the wire that is moved.
    WireTool(Stage& stage, Port fixed, std::optional<WireId> held, QPointF at);
    /// What pressing on a port begins: at a wired input its wire is taken, at the ends of a selected wire that one, else a new one is drawn.
    static std::unique_ptr<WireTool> begin(Stage& stage, const Port& pressed, QPointF at);

    void move(const Pointer& pointer) override;
    void release(const Pointer& pointer) override;
    void paint(QPainter& painter, const Theme& theme) const override;
    void highlight(Highlight& highlight) const override;

private:
    /// Why a wire to this port cannot be; empty if it can.
    QString refusal(const Port& port) const;
    void finish(const Port& end, QPointF widget);

    Port m_fixed;
    std::optional<WireId> m_held;
    std::set<CallId> m_circular; ///< boxes to which a wire would close a cycle
    QPointF m_start, m_end;
    std::optional<Port> m_over;
    QPointF m_pressedAt;
    bool m_moved = false;
};

} // namespace weft::ui
