// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/layers/layer_type.h"

#include <QString>

#include <vector>

namespace weft::ui {

/// Layers that fit what was typed, the best first: by name, by its capitals (`mp2` finds MaxPooling2D), by synonym (`FC` finds Dense).
/// All of them, in the order of the catalogue, for nothing typed.
std::vector<const LayerType*> searchLayers(const QString& typed);

/// Heading of a family in the palette.
QString titleOf(Family family);

/// What a drag from the palette carries: the type's name.
inline constexpr const char* kLayerMime = "application/x-weft-layer";

} // namespace weft::ui
