// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/project/project.h"

#include <set>

namespace weft::ui {

/// What differs between two states of a project. Computed, never written by hand; views apply it.
struct ChangeSet {
    std::set<GraphId> graphsAdded, graphsRemoved;
    /// Of graphs that are there in both states; of added graphs everything counts as added, of removed ones as removed.
    std::set<CallId> callsAdded, callsRemoved;
    std::set<CallId> callsChanged; ///< the wires into it, or the layer it calls
    std::set<CallId> moved;        ///< another place on the canvas
    std::set<LayerId> layersAdded, layersRemoved, layersChanged;
    std::set<ModelId> modelsAdded, modelsRemoved, modelsChanged;
    std::set<ModelId> trainingChanged;
    bool dataChanged = false;
    bool namesChanged = false; ///< title, description, graph names
    bool empty() const;
    /// Something that shapes, costs or problems may depend on.
    bool drawingChanged() const;
};

ChangeSet difference(const Project& before, const Project& after);

} // namespace weft::ui
