// SPDX-License-Identifier: GPL-3.0-or-later
// What is painted over the drawing: what a gesture holds, and the overview in the corner.
#include "ui/canvas/scene_painter.h"

#include <QPainter>

namespace weft::ui {

void paintGhostBox(QPainter& painter, const Theme& theme, const QRectF& rect, Family family, const QString& name) {
    painter.setOpacity(0.75);
    painter.setBrush(theme.box);
    painter.setPen(QPen(theme.family(family), 1.4, Qt::DashLine));
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), metrics::boxRadius, metrics::boxRadius);
    painter.fillRect(QRectF(rect.left() + 1, rect.top() + 6, metrics::stripe - 1, rect.height() - 12), theme.family(family));
    painter.setFont(fonts::name());
    painter.setPen(theme.text);
    painter.drawText(rect.adjusted(17, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, name);
    painter.setOpacity(1.0);
}

void paintGhostWire(QPainter& painter, const Theme& theme, QPointF start, QPointF end, bool refused) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(refused ? theme.error : theme.accent, metrics::wireSelected, Qt::SolidLine, Qt::RoundCap));
    painter.drawPath(wirePath(start, end));
}

namespace {

/// From canvas to minimap.
QTransform minimapTransform(const Scene& scene, const QRectF& frame, const QRectF& inSight) {
    const QRectF all = (scene.bounds() | inSight).adjusted(-20, -20, 20, 20);
    const double scale = std::min((frame.width() - 12) / all.width(), (frame.height() - 12) / all.height());
    QTransform transform;
    transform.translate(frame.center().x(), frame.center().y());
    transform.scale(scale, scale);
    transform.translate(-all.center().x(), -all.center().y());
    return transform;
}

} // namespace

void paintMinimap(QPainter& painter, const Scene& scene, const Theme& theme, const QRectF& frame, const QRectF& inSight) {
    painter.setPen(QPen(theme.line, 1));
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    const QTransform transform = minimapTransform(scene, frame, inSight);
    painter.setPen(Qt::NoPen);
    if (scene.boxes().size() <= 200) {
        for (const Box& box : scene.boxes()) {
            painter.setBrush(theme.family(box.family));
            painter.setOpacity(box.dimmed ? kDimmedOpacity : 1.0);
            painter.drawRoundedRect(transform.mapRect(box.rect), 1.5, 1.5);
        }
        painter.setOpacity(1.0);
    } else { // too many to be told apart: a few calls, no curves
        std::map<Family, QList<QRectF>> rects;
        for (const Box& box : scene.boxes()) {
            const QRectF rect = transform.mapRect(box.rect);
            rects[box.family].push_back({rect.topLeft(), rect.size().expandedTo(QSizeF(1, 1))});
        }
        painter.setRenderHint(QPainter::Antialiasing, false);
        for (const auto& [family, list] : rects) {
            painter.setBrush(theme.family(family));
            painter.drawRects(list.constData(), static_cast<int>(list.size()));
        }
        painter.setRenderHint(QPainter::Antialiasing);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.accent, 1));
    painter.drawRoundedRect(transform.mapRect(inSight).intersected(frame.adjusted(4, 4, -4, -4)), 3, 3);
}

QPointF minimapToScene(const Scene& scene, const QRectF& frame, const QRectF& inSight, QPointF at) {
    return minimapTransform(scene, frame, inSight).inverted().map(at);
}

} // namespace weft::ui
