// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/project/project.h"

namespace weft::ui {

/// What an edit of the drawing entails without being asked, so that people need not define a model before they train one:
/// a model whose ends were the graph's own ends (Input layers; outputs nobody uses that depend on one) keeps being so, a graph that has
/// ends but no model gets one, and training configurations follow layers that get another name. Called by Document within an edit.
void followDrawing(const Project& before, Project& after);

} // namespace weft::ui
