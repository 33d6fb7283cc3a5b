// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/box_marks.h"

#include <QFontMetricsF>
#include <QObject>
#include <QPainter>

namespace weft::ui {

namespace {

QFont pillFont() { return fonts::plain(10.5, QFont::DemiBold); }

} // namespace

double paintShared(QPainter& painter, const Theme& theme, const Box& box, double right, double room) {
    const QFontMetricsF fm(pillFont());
    const QString count = QStringLiteral("×") + QString::number(box.calls);
    const QString whole = QObject::tr("shared %1").arg(count);
    const QString text = fm.horizontalAdvance(whole) + 20 <= room ? whole : count;
    const double width = fm.horizontalAdvance(text) + 14;
    const QRectF rect(right - width, box.rect.top() + 6, width, 16);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.family(box.family));
    painter.drawRoundedRect(rect, 8, 8);
    painter.setFont(pillFont());
    painter.setPen(onColor(theme.family(box.family)));
    painter.drawText(rect, Qt::AlignCenter, text);
    return rect.left();
}

double paintProblem(QPainter& painter, const Theme& theme, const Box& box, double right) {
    const QColor& color = box.problemIsError ? theme.error : theme.warning;
    const QRectF rect(right - 16, box.rect.top() + 8, 16, 16);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(rect);
    painter.setFont(pillFont());
    painter.setPen(onColor(color));
    painter.drawText(rect, Qt::AlignCenter, QStringLiteral("!"));
    return rect.left();
}

double paintLock(QPainter& painter, const Theme& theme, double right, double middle) {
    const QRectF body(right - 11, middle - 1, 10, 7);
    painter.setPen(QPen(theme.secondary, 1.3));
    painter.setBrush(Qt::NoBrush);
    painter.drawArc(QRectF(body.left() + 2, body.top() - 5, 6, 8), 0, 180 * 16);
    painter.setBrush(theme.secondary);
    painter.drawRoundedRect(body, 1.5, 1.5);
    return body.left();
}

void paintStack(QPainter& painter, const Theme& theme, const Box& box) {
    QPainterPath beside, covered;
    beside.addRect(box.rect.adjusted(20, 0, 12, 0));
    covered.addRoundedRect(box.rect, metrics::boxRadius, metrics::boxRadius);
    painter.save();
    painter.setClipPath(beside.subtracted(covered), Qt::IntersectClip); // nothing shines through a dimmed box
    painter.setBrush(theme.box);
    painter.setPen(QPen(theme.family(box.family), 1));
    for (const double step : {8.0, 4.0}) {
        painter.drawRoundedRect(box.rect.adjusted(20, step, step - 0.5, -step), metrics::boxRadius - 2, metrics::boxRadius - 2);
    }
    painter.restore();
}

void paintInside(QPainter& painter, const Theme& theme, const Box& box) {
    const double side = box.rect.height() - 20;
    const QRectF frame(box.rect.right() - 8 - side, box.rect.top() + 10, side, side);
    const auto mapped = [&](QPointF at) { return frame.topLeft() + at * side; };
    painter.setPen(QPen(theme.wire, 0.8));
    for (const QLineF& wire : box.inside.wires) {
        painter.drawLine(mapped(wire.p1()), mapped(wire.p2()));
    }
    painter.setPen(Qt::NoPen);
    for (const auto& [rect, family] : box.inside.boxes) {
        const QRectF at(mapped(rect.topLeft()), mapped(rect.bottomRight()));
        painter.setBrush(theme.family(family));
        painter.drawRoundedRect(at.adjusted(0, 0, std::max(0.0, 2 - at.width()), std::max(0.0, 2 - at.height())), 1, 1);
    }
}

void paintPortNames(QPainter& painter, const Theme& theme, const Box& box) {
    painter.setFont(fonts::plain(10));
    painter.setPen(theme.secondary);
    const QFontMetricsF fm(painter.font());
    const auto names = [&](const QStringList& list, bool output) {
        for (int port = 0; port < list.size(); ++port) {
            const QPointF at = output ? box.output(port) : box.input(port);
            const double room = box.rect.width() / (static_cast<double>(list.size()) + 1) - 14;
            const double y = output ? box.rect.bottom() + fm.ascent() + 1 : box.rect.top() - fm.descent() - 1;
            painter.drawText(QPointF(at.x() + 8, y), fm.elidedText(list[port], Qt::ElideRight, std::max(room, 30.0)));
        }
    };
    names(box.inputNames, false);
    names(box.outputNames, true);
}

void paintTie(QPainter& painter, const QColor& color, const QRectF& a, const QRectF& b, double width) {
    QPainterPath path;
    const bool beside = b.left() > a.right();
    const QPointF start(a.right(), a.center().y());
    const QPointF end(beside ? b.left() : b.right(), b.center().y());
    const double reach = beside ? std::clamp((end.x() - start.x()) / 2, 8.0, 80.0) : 44;
    path.moveTo(start);
    path.cubicTo(start + QPointF(reach, 0), end + QPointF(beside ? -reach : reach, 0), end);
    QPen pen(color, width, Qt::CustomDashLine, Qt::RoundCap);
    pen.setDashPattern({0.1, 3});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

} // namespace weft::ui
