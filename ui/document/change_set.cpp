// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/change_set.h"

namespace weft::ui {

namespace {

/// Walks two sorted maps at once and sorts their keys by what became of them.
template <class Map, class Keys>
void compare(const Map& before, const Map& after, Keys& added, Keys& removed, Keys& changed) {
    auto a = before.begin();
    auto b = after.begin();
    while (a != before.end() || b != after.end()) {
        if (b == after.end() || (a != before.end() && a->first < b->first)) {
            removed.insert(a++->first);
        } else if (a == before.end() || b->first < a->first) {
            added.insert(b++->first);
        } else {
            if (!(a->second == b->second)) {
                changed.insert(a->first);
            }
            ++a;
            ++b;
        }
    }
}

} // namespace

bool ChangeSet::empty() const {
    return graphsAdded.empty() && graphsRemoved.empty() && callsAdded.empty() && callsRemoved.empty() && callsChanged.empty() &&
        moved.empty() && layersAdded.empty() && layersRemoved.empty() && layersChanged.empty() && modelsAdded.empty() &&
        modelsRemoved.empty() && modelsChanged.empty() && trainingChanged.empty() && !dataChanged && !namesChanged;
}

bool ChangeSet::drawingChanged() const {
    return !(graphsAdded.empty() && graphsRemoved.empty() && callsAdded.empty() && callsRemoved.empty() && callsChanged.empty() &&
        layersAdded.empty() && layersRemoved.empty() && layersChanged.empty() && modelsAdded.empty() && modelsRemoved.empty() &&
        modelsChanged.empty());
}

ChangeSet difference(const Project& before, const Project& after) {
    ChangeSet changes;
    static const Graph none;
    std::set<GraphId> inBoth;
    compare(before.graphs, after.graphs, changes.graphsAdded, changes.graphsRemoved, inBoth);
    const auto compareGraphs = [&](const Graph& a, const Graph& b) {
        compare(a.calls, b.calls, changes.callsAdded, changes.callsRemoved, changes.callsChanged);
        compare(a.layers, b.layers, changes.layersAdded, changes.layersRemoved, changes.layersChanged);
        compare(a.models, b.models, changes.modelsAdded, changes.modelsRemoved, changes.modelsChanged);
        changes.namesChanged |= a.name != b.name;
    };
    for (const GraphId id : inBoth) {
        compareGraphs(before.graphs.at(id), after.graphs.at(id));
    }
    for (const GraphId id : changes.graphsAdded) {
        compareGraphs(none, after.graphs.at(id));
    }
    for (const GraphId id : changes.graphsRemoved) {
        compareGraphs(before.graphs.at(id), none);
    }
    compare(before.layout, after.layout, changes.moved, changes.moved, changes.moved);
    for (const auto* gone : {&changes.callsAdded, &changes.callsRemoved}) {
        for (const CallId call : *gone) {
            changes.moved.erase(call);
        }
    }
    compare(before.training, after.training, changes.trainingChanged, changes.trainingChanged, changes.trainingChanged);
    changes.dataChanged = !(before.data == after.data);
    changes.namesChanged |= before.title != after.title || before.description != after.description || before.root != after.root;
    return changes;
}

} // namespace weft::ui
