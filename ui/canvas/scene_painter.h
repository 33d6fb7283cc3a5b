// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/canvas/scene.h"
#include "ui/theme/theme.h"

class QPainter;

namespace weft::ui {

/// Of what is not in the chosen model, and of ports that do not fit.
inline constexpr double kDimmedOpacity = 0.38;

enum class PortLight { plain, lit, snapped, dimmed };

/// What a gesture and the pointer make stand out.
struct Highlight {
    std::set<CallId> calls;
    std::set<LayerId> layers; ///< every call of these
    std::set<WireId> wires;
    std::optional<WireId> hoveredWire;
    std::optional<WireId> hiddenWire; ///< held in the hand just now
    std::function<PortLight(const Port&)> ports; ///< null: all plain
};

/// Paints what is in `area`, at the detail that `zoom` allows. The painter's units are canvas pixels.
void paintGrid(QPainter& painter, const Theme& theme, const QRectF& area, double zoom);
void paintScene(QPainter& painter, const Scene& scene, const Theme& theme, const Highlight& highlight, const QRectF& area, double zoom);

/// A box or a wire that is not there yet.
void paintGhostBox(QPainter& painter, const Theme& theme, const QRectF& rect, Family family, const QString& name);
void paintGhostWire(QPainter& painter, const Theme& theme, QPointF start, QPointF end, bool refused);

/// The whole graph in small, with the part in sight framed. In widget pixels.
void paintMinimap(QPainter& painter, const Scene& scene, const Theme& theme, const QRectF& frame, const QRectF& inSight);
/// Canvas point under a point of the minimap.
QPointF minimapToScene(const Scene& scene, const QRectF& frame, const QRectF& inSight, QPointF at);

} // namespace weft::ui
