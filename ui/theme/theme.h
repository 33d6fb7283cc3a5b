// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/layers/layer_type.h"

#include <QColor>
#include <QFont>

#include <array>

namespace weft::ui {

/// Sizes in device-independent pixels.
namespace metrics {
inline constexpr int grid = 4;
inline constexpr int control = 26; ///< height of buttons, inputs, combo boxes
inline constexpr int radius = 5;
inline constexpr int dockLeft = 208;
inline constexpr int dockRight = 300;
inline constexpr int boxWidth = 176;
inline constexpr int boxHeight = 60;
inline constexpr int boxRadius = 7;
inline constexpr int stripe = 6;
inline constexpr double portRadius = 4.5;
inline constexpr double wire = 1.6;
inline constexpr double wireSelected = 2.4;
} // namespace metrics

/// Colours and fonts of one look. A value: ask `Appearance` for the one in force.
struct Theme {
    bool dark = false;
    QColor canvas, gridDot, panel, box, text, secondary, line, accent, accentTint, error, warning, good;
    QColor onAccent;      ///< text on the accent colour
    QColor wire;
    QColor field;         ///< ground of a search field, of a progress bar
    QColor hover;         ///< ground of a row or a flat button under the pointer
    QColor bar;           ///< ground of menu bar and status bar
    std::array<QColor, 13> families; ///< by Family

    const QColor& family(Family family) const { return families[static_cast<std::size_t>(family)]; }
    /// Colour of curve `index` of a plot, family colours in a fixed order, around and around.
    const QColor& curve(int index) const;

    static Theme light();
    static Theme darkTheme();
};

/// Fonts; the same in both themes. Sizes are device-independent pixels.
namespace fonts {
QFont plain(double pixels = 12, QFont::Weight weight = QFont::Normal);
/// Every digit as wide as the others.
QFont fixed(double pixels = 12);
inline QFont body() { return plain(12); }
inline QFont secondary() { return plain(11); }
inline QFont name() { return plain(13, QFont::DemiBold); }
inline QFont shape() { return fixed(10.5); }
/// For section heads in capitals.
QFont section();
} // namespace fonts

/// Black or white, whichever can be read on `ground`.
QColor onColor(const QColor& ground);

/// W3C contrast ratio of two opaque colours, 1 to 21.
double contrast(const QColor& a, const QColor& b);

} // namespace weft::ui
