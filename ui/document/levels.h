// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/project/project.h"
#include "ui/document/selection.h"

namespace weft::ui {

/// The levels around the graph in sight, from the root inwards: as it was entered, else the first way there; empty for the root and for a
/// graph that nothing runs.
std::vector<Level> levelsOf(const Project& project, const Selection& selection);

/// The model that the box runs through which the graph in sight was entered; 0 at the root.
ModelId modelInSight(const Project& project, const std::vector<Level>& levels);

} // namespace weft::ui
