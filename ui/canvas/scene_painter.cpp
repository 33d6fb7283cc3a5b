// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/scene_painter.h"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace weft::ui {

namespace {

/// Below these zooms: no text but names; no names either, and straight wires.
constexpr double kTextFrom = 0.5;
constexpr double kNamesFrom = 0.36;
constexpr double kDimmed = 0.38;

class ScenePainter {
public:
    ScenePainter(QPainter& painter, const Scene& scene, const Theme& theme, const Highlight& highlight, double zoom)
        : m_p(painter), m_scene(scene), m_theme(theme), m_highlight(highlight), m_zoom(zoom), m_name(fonts::name()), m_small(fonts::secondary()),
          m_shape(fonts::shape()), m_pill(fonts::plain(10.5, QFont::DemiBold)), m_shapeMetrics(m_shape), m_nameMetrics(m_name),
          m_smallMetrics(m_small) {}

    void wire(const Wire& wire) {
        if (m_highlight.hiddenWire == wire.id) {
            return;
        }
        const bool marked = m_highlight.wires.contains(wire.id) || m_highlight.hoveredWire == wire.id;
        m_p.setOpacity(wire.dimmed ? kDimmed : 1.0);
        m_p.setPen(pen(wire, marked));
        m_p.setBrush(Qt::NoBrush);
        if (m_zoom < kNamesFrom) {
            m_p.drawLine(wire.start, wire.end);
        } else {
            m_p.drawPath(wire.path());
        }
    }

    /// After all wires, so that none runs through a label.
    void label(const Wire& wire) {
        if (m_zoom < kTextFrom || m_highlight.hiddenWire == wire.id || wire.label.isEmpty()) {
            return;
        }
        const double width = m_shapeMetrics.horizontalAdvance(wire.label) + 10;
        const double height = m_shapeMetrics.height();
        const QPointF middle = labelPlace(wire);
        if (QLineF(wire.start, wire.end).length() < height + 14) {
            return;
        }
        const QRectF ground(middle.x() - width / 2, middle.y() - height / 2, width, height);
        m_p.setOpacity(1.0);
        m_p.fillRect(ground, m_theme.canvas);
        m_p.setOpacity(wire.dimmed ? kDimmed : 1.0);
        m_p.setFont(m_shape);
        m_p.setPen(m_theme.secondary);
        m_p.drawText(ground, Qt::AlignCenter, wire.label);
    }

    void box(const Box& box) {
        const bool selected = m_highlight.calls.contains(box.call);
        m_p.setOpacity(box.dimmed ? kDimmed : 1.0);
        const QColor& family = m_theme.family(box.family);
        if (m_zoom < kNamesFrom) { // no curves, no text
            const bool tiny = m_zoom < kNamesFrom / 2;
            m_p.fillRect(box.rect, selected ? m_theme.accent : tiny ? family : m_theme.wire);
            if (!tiny) {
                const double line = (selected ? 2 : 1) / m_zoom;
                m_p.fillRect(box.rect.adjusted(line, line, -line, -line), m_theme.box);
                m_p.fillRect(QRectF(box.rect.topLeft(), QSizeF(2.5 * metrics::stripe, box.rect.height())), family);
                if (!box.problem.isEmpty()) {
                    const double side = box.rect.height() / 3;
                    m_p.fillRect(QRectF(box.rect.right() - 2 * side, box.rect.top() + side, side, side), box.problemIsError ? m_theme.error : m_theme.warning);
                }
            }
            return;
        }
        m_p.setBrush(m_theme.box);
        m_p.setPen(QPen(m_theme.line, std::max(1.0, 0.8 / m_zoom)));
        m_p.drawRoundedRect(box.rect.adjusted(0.5, 0.5, -0.5, -0.5), metrics::boxRadius - 0.5, metrics::boxRadius - 0.5);
        m_p.fillPath(m_stripe.translated(box.rect.topLeft()), family);
        if (box.family == Family::model) {
            m_p.setPen(QPen(m_theme.line, 1));
            m_p.setBrush(Qt::NoBrush);
            m_p.drawRoundedRect(box.rect.adjusted(3.5, 3.5, -3.5, -3.5), metrics::boxRadius - 3, metrics::boxRadius - 3);
        }
        if (selected) {
            m_p.setPen(QPen(m_theme.accent, std::max(2.0, 1.6 / m_zoom)));
            m_p.setBrush(Qt::NoBrush);
            m_p.drawRoundedRect(box.rect.adjusted(1, 1, -1, -1), metrics::boxRadius - 1, metrics::boxRadius - 1);
        }
        texts(box);
        ports(box);
    }

    void ports(const Box& box) {
        for (int i = 0; i < box.inputPorts(); ++i) {
            port({box.call, false, i}, box.input(i), i >= box.inputs, box.dimmed);
        }
        for (int i = 0; i < box.outputs; ++i) {
            port({box.call, true, i}, box.output(i), false, box.dimmed);
        }
    }

private:
    /// The wire's middle, or another place on it where that is under a box.
    QPointF labelPlace(const Wire& wire) const {
        const QPainterPath path = wire.path();
        for (const double share : {0.5, 0.34, 0.66, 0.2, 0.8}) {
            const QPointF at = path.pointAtPercent(share);
            if (!m_scene.boxAt(at)) {
                return at;
            }
        }
        return path.pointAtPercent(0.5);
    }

    QPen pen(const Wire& wire, bool marked) const {
        QColor color = m_theme.wire;
        Qt::PenStyle style = Qt::SolidLine;
        double width = metrics::wire;
        if (wire.dtype == DType::boolean) {
            style = Qt::DotLine;
        } else if (wire.dtype != DType::float32) {
            color = m_theme.family(Family::merge);
            style = Qt::DashLine;
        }
        if (marked) {
            color = m_theme.accent;
            width = metrics::wireSelected;
        }
        QPen pen(color, std::max(width, 1.0 / m_zoom), style, Qt::RoundCap);
        if (style == Qt::DashLine) {
            pen.setDashPattern({3, 2.4});
            pen.setCapStyle(Qt::FlatCap);
        } else if (style == Qt::DotLine) {
            pen.setDashPattern({0.1, 2.6});
        }
        return pen;
    }

    void texts(const Box& box) {
        const QRectF& r = box.rect;
        const double left = r.left() + 17;
        double right = r.right() - 10;
        if (box.calls > 1) {
            right = pill(box, right) - 6;
        }
        if (!box.problem.isEmpty()) {
            right = badge(box, right) - 6;
        }
        if (box.frozen) {
            right = lock(right, r.top() + 16) - 6;
        }
        m_p.setFont(m_name);
        m_p.setPen(m_theme.text);
        m_p.drawText(QPointF(left, r.top() + 18), m_nameMetrics.elidedText(box.name, Qt::ElideRight, right - left));
        if (m_zoom < kTextFrom) {
            return;
        }
        const double width = r.right() - 10 - left;
        m_p.setFont(m_small);
        m_p.setPen(m_theme.secondary);
        m_p.drawText(QPointF(left, r.top() + 34), m_smallMetrics.elidedText(box.detail, Qt::ElideRight, width));
        m_p.setFont(m_shape);
        m_p.drawText(QPointF(left, r.top() + 48), m_shapeMetrics.elidedText(box.shape, Qt::ElideRight, width));
        if (box.isOutput) {
            m_p.setFont(m_small);
            m_p.drawText(QPointF(r.right() + 10, r.top() + 21), QObject::tr("output"));
        }
    }

    double pill(const Box& box, double right) {
        const QString text = QString::number(box.calls) + QStringLiteral("×");
        const QFontMetricsF fm(m_pill);
        const QRectF rect(right - fm.horizontalAdvance(text) - 14, box.rect.top() + 8, fm.horizontalAdvance(text) + 14, 16);
        m_p.setPen(Qt::NoPen);
        m_p.setBrush(m_theme.family(box.family));
        m_p.drawRoundedRect(rect, 8, 8);
        m_p.setFont(m_pill);
        m_p.setPen(onColor(m_theme.family(box.family)));
        m_p.drawText(rect, Qt::AlignCenter, text);
        return rect.left();
    }

    double badge(const Box& box, double right) {
        const QColor& color = box.problemIsError ? m_theme.error : m_theme.warning;
        const QRectF rect(right - 16, box.rect.top() + 8, 16, 16);
        m_p.setPen(Qt::NoPen);
        m_p.setBrush(color);
        m_p.drawEllipse(rect);
        m_p.setFont(m_pill);
        m_p.setPen(onColor(color));
        m_p.drawText(rect, Qt::AlignCenter, QStringLiteral("!"));
        return rect.left();
    }

    double lock(double right, double middle) {
        const QRectF body(right - 11, middle - 1, 10, 7);
        m_p.setPen(QPen(m_theme.secondary, 1.3));
        m_p.setBrush(Qt::NoBrush);
        m_p.drawArc(QRectF(body.left() + 2, body.top() - 5, 6, 8), 0, 180 * 16);
        m_p.setBrush(m_theme.secondary);
        m_p.drawRoundedRect(body, 1.5, 1.5);
        return body.left();
    }

    void port(const Port& port, QPointF at, bool isOffer, bool dimmed) {
        const PortLight light = m_highlight.ports ? m_highlight.ports(port) : PortLight::plain;
        const bool lit = light == PortLight::lit || light == PortLight::snapped;
        m_p.setOpacity(light == PortLight::dimmed || dimmed ? kDimmed : 1.0);
        m_p.setBrush(light == PortLight::snapped ? m_theme.accent : lit ? m_theme.accentTint : m_theme.box);
        m_p.setPen(QPen(lit ? m_theme.accent : m_theme.wire, metrics::wire));
        const double radius = light == PortLight::snapped ? metrics::portRadius + 1.5 : metrics::portRadius;
        m_p.drawEllipse(at, radius, radius);
        if (isOffer) { // a port that is made by wiring it
            m_p.drawLine(at - QPointF(2.2, 0), at + QPointF(2.2, 0));
            m_p.drawLine(at - QPointF(0, 2.2), at + QPointF(0, 2.2));
        }
    }

    /// The left edge of a box at 0, 0: a rounded box, cut off.
    static QPainterPath stripe() {
        QPainterPath whole, left;
        whole.addRoundedRect(0, 0, metrics::boxWidth, metrics::boxHeight, metrics::boxRadius, metrics::boxRadius);
        left.addRect(0, 0, metrics::stripe, metrics::boxHeight);
        return whole.intersected(left);
    }

    QPainter& m_p;
    const Scene& m_scene;
    const Theme& m_theme;
    const Highlight& m_highlight;
    double m_zoom;
    QFont m_name, m_small, m_shape, m_pill;
    QFontMetricsF m_shapeMetrics, m_nameMetrics, m_smallMetrics;
    QPainterPath m_stripe = stripe();
};

} // namespace

void paintGrid(QPainter& painter, const Theme& theme, const QRectF& area, double zoom) {
    double step = 24;
    while (step * zoom < 16) {
        step *= 2;
    }
    const double size = 1.6 / zoom;
    QList<QRectF> dots;
    for (double x = std::floor(area.left() / step) * step; x <= area.right(); x += step) {
        for (double y = std::floor(area.top() / step) * step; y <= area.bottom(); y += step) {
            dots.push_back({x - size / 2, y - size / 2, size, size});
        }
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.gridDot);
    painter.drawRects(dots.constData(), static_cast<int>(dots.size()));
}

void paintScene(QPainter& painter, const Scene& scene, const Theme& theme, const Highlight& highlight, const QRectF& area, double zoom) {
    ScenePainter p(painter, scene, theme, highlight, zoom);
    const std::vector<int> wires = scene.wiresIn(area);
    for (const int i : wires) {
        p.wire(scene.wires()[static_cast<std::size_t>(i)]);
    }
    for (const int i : wires) {
        p.label(scene.wires()[static_cast<std::size_t>(i)]);
    }
    for (const int i : scene.boxesIn(area)) {
        p.box(scene.boxes()[static_cast<std::size_t>(i)]);
    }
    painter.setOpacity(1.0);
}

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
            painter.setOpacity(box.dimmed ? kDimmed : 1.0);
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
