// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>

namespace weft::ui {

class Appearance;

/// Icon `name` of ui/theme/icons in the theme's text colour (or `color`); painted from SVG, so sharp at every scale, and follows
/// a change of theme by itself. `appearance` must outlive the icon.
QIcon icon(const QString& name, const Appearance& appearance, QColor color = {});

} // namespace weft::ui
