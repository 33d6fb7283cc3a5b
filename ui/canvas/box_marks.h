// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/canvas/scene.h"
#include "ui/theme/theme.h"

class QPainter;

namespace weft::ui {

/// What marks a box: shared, with a problem, frozen, a model with layers inside. Each of the first three is painted left of `right` in the
/// box's first line and returns its own left edge.

/// `shared ×2`, or only `×2` where `room` is too small for the word.
double paintShared(QPainter& painter, const Theme& theme, const Box& box, double right, double room);
double paintProblem(QPainter& painter, const Theme& theme, const Box& box, double right);
double paintLock(QPainter& painter, const Theme& theme, double right, double middle);

/// Sheets that look out behind a box that runs a model; painted before the box.
void paintStack(QPainter& painter, const Theme& theme, const Box& box);
/// Width that the little picture of the inside takes at the right.
inline constexpr double kInsideWidth = 46;
void paintInside(QPainter& painter, const Theme& theme, const Box& box);
/// Beside the ports, outside of the box.
void paintPortNames(QPainter& painter, const Theme& theme, const Box& box);

/// The dotted line between two calls of one layer.
void paintTie(QPainter& painter, const QColor& color, const QRectF& a, const QRectF& b, double width);

} // namespace weft::ui
