// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/project/project.h"

#include <QSizeF>

namespace weft::ui {

/// Places for boxes of these sizes, in layers from top to bottom, with few crossings: Graphviz' dot. Calls that are not in `sizes` are
/// left out. Places are top left corners, the first at 0, 0, on the grid. Throws Error where Graphviz cannot.
Layout arrange(const Graph& graph, const std::map<CallId, QSizeF>& sizes);

} // namespace weft::ui
