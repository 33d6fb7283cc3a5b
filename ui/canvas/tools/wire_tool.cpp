// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/tools/wire_tool.h"

#include "ui/canvas/edits.h"
#include "ui/canvas/ports.h"

#include <QLineF>
#include <QPainter>

namespace weft::ui {

namespace {

constexpr double kSnap = 18; ///< widget pixels

} // namespace

WireTool::WireTool(Stage& stage, Port fixed, std::optional<WireId> held, QPointF at)
    : Tool(stage), m_fixed(fixed), m_held(held), m_start(stage.scene.port(fixed)), m_end(at), m_pressedAt(at) {
    // The wire in the hand counts as gone, so that turning a chain around is no cycle.
    Graph graph = stage.graph();
    if (held) {
        graph.calls.at(held->to).inputs[static_cast<std::size_t>(held->port)].reset();
    }
    m_circular = fixed.output ? dependencies(graph, fixed.call) : dependents(graph, fixed.call);
}

std::unique_ptr<WireTool> WireTool::begin(Stage& stage, const Port& pressed, QPointF at) {
    for (const Wire& wire : stage.scene.wires()) {
        const bool atInput = !pressed.output && wire.id == WireId{pressed.call, pressed.index};
        const bool atOutput = pressed.output && wire.from == Source{pressed.call, pressed.index} && stage.selection.wires().contains(wire.id);
        if (atInput) {
            return std::make_unique<WireTool>(stage, Port{wire.from.call, true, wire.from.output}, wire.id, at);
        }
        if (atOutput) {
            return std::make_unique<WireTool>(stage, Port{wire.id.to, false, wire.id.port}, wire.id, at);
        }
    }
    return std::make_unique<WireTool>(stage, pressed, std::nullopt, at);
}

QString WireTool::refusal(const Port& port) const {
    if (port.output == m_fixed.output) {
        return port.output ? QObject::tr("A wire leads from an output to an input.") : QObject::tr("A wire leads to an input from an output.");
    }
    if (port.call == m_fixed.call) {
        return QObject::tr("A box cannot take its own output.");
    }
    if (m_circular.contains(port.call)) {
        const Box* from = m_stage.scene.box(port.output ? port.call : m_fixed.call);
        const Box* to = m_stage.scene.box(port.output ? m_fixed.call : port.call);
        return QObject::tr("That would be a circle: %1 already depends on %2.").arg(from->name, to->name);
    }
    return {};
}

void WireTool::move(const Pointer& pointer) {
    m_moved |= QLineF(pointer.scene, m_pressedAt).length() * m_stage.view.zoom() > 4;
    m_over = m_stage.scene.portAt(pointer.scene, kSnap / m_stage.view.zoom());
    if (!m_over || *m_over == m_fixed) {
        // On a box's body the wire goes to its first free port.
        const Box* box = m_stage.scene.boxAt(pointer.scene);
        m_over.reset();
        if (box && box->call != m_fixed.call) {
            const Call* call = m_stage.graph().call(box->call);
            for (int port = 0; !m_over && !m_fixed.output && port < box->outputs; ++port) {
                m_over = Port{box->call, true, port};
            }
            for (int port = 0; !m_over && m_fixed.output && port < box->inputPorts(); ++port) {
                if (port >= static_cast<int>(call->inputs.size()) || !call->inputs[static_cast<std::size_t>(port)]) {
                    m_over = Port{box->call, false, port};
                }
            }
        }
    }
    m_end = pointer.scene;
    QString note;
    bool refused = false;
    if (m_over) {
        note = refusal(*m_over);
        refused = !note.isEmpty();
        if (!refused) {
            m_end = m_stage.scene.port(*m_over);
            const Port& out = m_fixed.output ? m_fixed : *m_over;
            const Port& in = m_fixed.output ? *m_over : m_fixed;
            note = misfit(m_stage.graph(), m_stage.document.analysis(m_stage.graphId()), {out.call, out.index}, in.call, in.index);
        }
    }
    m_stage.say(note, pointer.widget, refused);
    m_stage.repaint();
}

void WireTool::release(const Pointer& pointer) {
    move(pointer);
    if (m_over) {
        if (refusal(*m_over).isEmpty()) {
            m_stage.say({}, {}, false);
            finish(*m_over, pointer.widget);
        }
        return;
    }
    if (!m_moved) {
        if (m_held) {
            m_stage.selection.select({}, {*m_held});
        }
        return;
    }
    if (m_held) {
        m_stage.edit(QObject::tr("Disconnect"), [&](Project& project) { unwire(project, m_stage.graphId(), *m_held); });
    } else {
        m_stage.quickAdd(pointer.widget, m_fixed);
    }
}

void WireTool::finish(const Port& end, QPointF widget) {
    const Port& out = m_fixed.output ? m_fixed : end;
    const Port& in = m_fixed.output ? end : m_fixed;
    const Source from{out.call, out.index};
    const WireId target{in.call, in.index};
    const Wire* there = m_stage.scene.wire(target);
    if (there && there->from == from) {
        return; // back where it was
    }
    if (there && m_held != target) {
        m_stage.askAboutTakenPort(from, in.call, in.index, m_held, widget);
        return;
    }
    m_stage.edit(m_held ? QObject::tr("Move wire") : QObject::tr("Connect"), [&](Project& project) {
        if (m_held) {
            unwire(project, m_stage.graphId(), *m_held);
        }
        wire(project, m_stage.graphId(), from, target.to, target.port);
    });
}

void WireTool::paint(QPainter& painter, const Theme& theme) const {
    const bool refused = m_over && !refusal(*m_over).isEmpty();
    m_fixed.output ? paintGhostWire(painter, theme, m_start, m_end, refused) : paintGhostWire(painter, theme, m_end, m_start, refused);
}

void WireTool::highlight(Highlight& highlight) const {
    highlight.hiddenWire = m_held;
    highlight.hoveredWire.reset();
    highlight.ports = [this](const Port& port) {
        if (port == m_fixed) {
            return PortLight::snapped;
        }
        if (!refusal(port).isEmpty()) {
            return PortLight::dimmed;
        }
        return m_over == port ? PortLight::snapped : PortLight::lit;
    };
}

} // namespace weft::ui
