// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/layers/layer_type.h"

#include <QString>

#include <vector>

namespace weft::ui {

/// Layers that fit what was typed, the best first: by name, by its capitals (`mp2` finds MaxPooling2D), by synonym (`FC` finds Dense).
/// All of them, by section of the palette, for nothing typed.
std::vector<const LayerType*> searchLayers(const QString& typed);

/// The part of the palette that a family stands in, from 0; families of one colour stand together.
int sectionOf(Family family);
QString titleOf(int section);

/// What a drag from the palette carries: the type's name.
inline constexpr const char* kLayerMime = "application/x-weft-layer";

} // namespace weft::ui
