// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/graph/graph.h"

#include <QObject>

#include <optional>
#include <set>
#include <vector>

namespace weft::ui {

/// A wire, by the port it goes into.
struct WireId {
    CallId to;
    int port = 0;
    friend auto operator<=>(const WireId&, const WireId&) = default;
};

/// A level of nesting around the graph in sight: a graph, and the box in it that was entered.
struct Level {
    GraphId graph;
    CallId box;
    friend bool operator==(const Level&, const Level&) = default;
};

/// What is selected, and which graph and model the window shows. Canvas, inspector and panels meet here.
class Selection : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    GraphId graph() const { return m_graph; }
    /// How the graph in sight was entered, from outside in; empty for the root, and where nobody said (see `levelsOf`).
    const std::vector<Level>& path() const { return m_path; }
    /// The model that is trained, evaluated, summed up and exported: one of the root graph, whatever graph is in sight.
    ModelId model() const { return m_model; }
    const std::set<CallId>& calls() const { return m_calls; }
    const std::set<WireId>& wires() const { return m_wires; }
    /// The one selected call, if it is one.
    std::optional<CallId> single() const;

    void showGraph(GraphId graph, std::vector<Level> path = {});
    void showModel(ModelId model);
    void select(std::set<CallId> calls, std::set<WireId> wires = {});
    void clear() { select({}); }
    /// Selects a call, in whatever graph, and asks views to bring it into sight.
    void reveal(GraphId graph, CallId call);

Q_SIGNALS:
    void changed();
    void graphChanged();
    void modelChanged();
    void revealRequested(weft::CallId call);

private:
    GraphId m_graph;
    std::vector<Level> m_path;
    ModelId m_model;
    std::set<CallId> m_calls;
    std::set<WireId> m_wires;
};

} // namespace weft::ui
