// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/data/data_spec.h"
#include "engine/graph/graph.h"
#include "engine/training/training_config.h"

#include <map>
#include <string>

namespace weft {

struct Point {
    double x = 0;
    double y = 0;
    friend bool operator==(const Point&, const Point&) = default;
};

/// Where boxes stand: the top left corner of each, in canvas pixels at 100 %.
using Layout = std::map<CallId, Point>;

/// All that a user edits and that undo brings back: a plain value. Weights, optimizer state and run results are not in it.
struct Project {
    std::string title;       ///< one line; empty for an untitled project
    std::string description; ///< a sentence or two, for templates
    Graphs graphs;
    GraphId root;
    Layout layout;
    DataSpec data;
    std::map<ModelId, TrainingConfig> training;
    IdSource ids;
    std::string unknown; ///< JSON object of keys that a file held and this version does not know; written back

    Graph& rootGraph() { return graphs.at(root); }
    const Graph& rootGraph() const { return graphs.at(root); }
    friend bool operator==(const Project&, const Project&) = default;
};

/// A project with one empty graph.
Project emptyProject();

} // namespace weft
