// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/selection.h"

namespace weft::ui {

std::optional<CallId> Selection::single() const {
    return m_calls.size() == 1 && m_wires.empty() ? std::optional(*m_calls.begin()) : std::nullopt;
}

void Selection::showGraph(GraphId graph, std::vector<Level> path) {
    if (graph != m_graph || (!path.empty() && path != m_path)) {
        m_graph = graph;
        m_path = std::move(path);
        Q_EMIT graphChanged();
        clear();
    }
}

void Selection::showModel(ModelId model) {
    if (model != m_model) {
        m_model = model;
        Q_EMIT modelChanged();
    }
}

void Selection::select(std::set<CallId> calls, std::set<WireId> wires) {
    if (calls != m_calls || wires != m_wires) {
        m_calls = std::move(calls);
        m_wires = std::move(wires);
        Q_EMIT changed();
    }
}

void Selection::reveal(GraphId graph, CallId call) {
    showGraph(graph);
    select({call});
    Q_EMIT revealRequested(call);
}

} // namespace weft::ui
