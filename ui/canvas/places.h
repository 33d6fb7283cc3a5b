// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/project/project.h"

#include <set>

namespace weft::ui {

/// Room between a box and the one below it where the program chooses the place.
inline constexpr int kBoxGap = 28;

/// Moves boxes that stand on others straight down, together, to the nearest free place; where there is room they stay.
/// `yielding` are no obstacle.
void freePlace(Project& project, GraphId graph, const std::set<CallId>& boxes, const std::set<CallId>& yielding = {});

/// For a box that came into a wire: it goes to a free place below its sources, and what depends on it moves down as far as it must,
/// with whatever stands in the way.
void makeRoom(Project& project, GraphId graph, CallId box);

/// Gives a place to every box that has none: below its source.
void placeBoxes(Project& project, GraphId graph);
bool allPlaced(const Project& project, GraphId graph);

} // namespace weft::ui
