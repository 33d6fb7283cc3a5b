// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/layer_type.h"
#include "engine/project/nesting.h"

namespace weft {

// Private to grouping and ungrouping.

/// The record of Input, or of Model, by the field that says so.
const LayerType& typeWhere(bool LayerType::* field);

std::string nameOf(const Graph& graph, CallId call);

/// The middle of boxes' top left corners, on the grid.
Point middleOf(const Layout& layout, const std::set<CallId>& calls);

} // namespace weft
