// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/scene_painter.h"

#include "ui/canvas/box_marks.h"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace weft::ui {

namespace {

/// Below these zooms: no text but names; no names either, and straight wires.
constexpr double kTextFrom = 0.5;
constexpr double kNamesFrom = 0.36;
constexpr double kDimmed = kDimmedOpacity;

class ScenePainter {
public:
    ScenePainter(QPainter& painter, const Scene& scene, const Theme& theme, const Highlight& highlight, double zoom)
        : m_p(painter), m_scene(scene), m_theme(theme), m_highlight(highlight), m_zoom(zoom), m_name(fonts::name()), m_small(fonts::secondary()),
          m_shape(fonts::shape()), m_shapeMetrics(m_shape), m_nameMetrics(m_name),
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
        if (box.graph) {
            paintStack(m_p, m_theme, box);
        }
        m_p.setBrush(m_theme.box);
        m_p.setPen(QPen(m_theme.line, std::max(1.0, 0.8 / m_zoom)));
        m_p.drawRoundedRect(box.rect.adjusted(0.5, 0.5, -0.5, -0.5), metrics::boxRadius - 0.5, metrics::boxRadius - 0.5);
        m_p.fillPath(m_stripe.translated(box.rect.topLeft()), family);
        if (!selected && m_highlight.layers.contains(box.layer)) { // another call of a layer that stands out
            m_p.setPen(QPen(m_theme.accent, std::max(1.6, 1.2 / m_zoom), Qt::DashLine));
            m_p.setBrush(Qt::NoBrush);
            m_p.drawRoundedRect(box.rect.adjusted(1, 1, -1, -1), metrics::boxRadius - 1, metrics::boxRadius - 1);
        }
        if (selected) {
            m_p.setPen(QPen(m_theme.accent, std::max(2.0, 1.6 / m_zoom)));
            m_p.setBrush(Qt::NoBrush);
            m_p.drawRoundedRect(box.rect.adjusted(1, 1, -1, -1), metrics::boxRadius - 1, metrics::boxRadius - 1);
        }
        texts(box);
        ports(box);
        if (m_zoom >= kTextFrom) {
            paintPortNames(m_p, m_theme, box);
        }
    }

    void tie(const Tie& tie) {
        const Box* a = m_scene.box(tie.a);
        const Box* b = m_scene.box(tie.b);
        m_p.setOpacity(a->dimmed || b->dimmed ? kDimmed : 1.0);
        const bool marked = m_highlight.layers.contains(tie.layer) || m_highlight.calls.contains(tie.a) || m_highlight.calls.contains(tie.b);
        paintTie(m_p, marked ? m_theme.accent : m_theme.family(a->family), a->rect, b->rect, std::max(1.4, 1.0 / m_zoom));
    }

    void ports(const Box& box) {
        for (int i = 0; i < box.inputPorts(); ++i) {
            port({box.call, false, i}, box.input(i), i >= box.inputs, box.dimmed, box.mayStayFree(i));
        }
        for (int i = 0; i < box.outputs; ++i) {
            port({box.call, true, i}, box.output(i), false, box.dimmed, false);
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
        if (!box.inside.boxes.empty()) {
            paintInside(m_p, m_theme, box);
            right -= kInsideWidth;
        }
        if (box.calls > 1) {
            // The word only where the name has room beside it.
            const double room = right - left - m_nameMetrics.horizontalAdvance(box.name);
            right = paintShared(m_p, m_theme, box, right, room) - 6;
        }
        if (!box.problem.isEmpty()) {
            right = paintProblem(m_p, m_theme, box, right) - 6;
        }
        if (box.frozen) {
            right = paintLock(m_p, m_theme, right, r.top() + 16) - 6;
        }
        m_p.setFont(m_name);
        m_p.setPen(m_theme.text);
        m_p.drawText(QPointF(left, r.top() + 18), m_nameMetrics.elidedText(box.name, Qt::ElideRight, right - left));
        if (m_zoom < kTextFrom) {
            return;
        }
        const double width = r.right() - 10 - left - (box.inside.boxes.empty() ? 0 : kInsideWidth);
        m_p.setFont(m_small);
        m_p.setPen(m_theme.secondary);
        m_p.drawText(QPointF(left, r.top() + 34), m_smallMetrics.elidedText(box.detail, Qt::ElideRight, width));
        m_p.setFont(m_shape);
        m_p.drawText(QPointF(left, r.top() + 48), m_shapeMetrics.elidedText(box.shape, Qt::ElideRight, width));
        if (!box.ends.isEmpty()) {
            m_p.setFont(m_small);
            // Beside the port, where the neighbour at the right is in nobody's way; names of ports stand at its right.
            const double shift = box.outputNames.isEmpty() ? 9 : -9 - m_smallMetrics.horizontalAdvance(box.ends);
            m_p.drawText(QPointF(box.output(0).x() + shift, r.bottom() + 13), box.ends);
        }
    }

    /// `mayStayFree`: without a wire that it needs.
    void port(const Port& port, QPointF at, bool isOffer, bool dimmed, bool mayStayFree) {
        const PortLight light = m_highlight.ports ? m_highlight.ports(port) : PortLight::plain;
        const bool lit = light == PortLight::lit || light == PortLight::snapped;
        m_p.setOpacity(light == PortLight::dimmed || dimmed ? kDimmed : 1.0);
        m_p.setBrush(light == PortLight::snapped ? m_theme.accent : lit ? m_theme.accentTint : m_theme.box);
        m_p.setPen(QPen(lit ? m_theme.accent : m_theme.wire, metrics::wire));
        const double radius = light == PortLight::snapped ? metrics::portRadius + 1.5 : mayStayFree ? metrics::portRadius - 1.5 : metrics::portRadius;
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
    QFont m_name, m_small, m_shape;
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
    for (const Tie& tie : scene.ties()) {
        const QRectF span = scene.box(tie.a)->rect | scene.box(tie.b)->rect;
        if (span.intersects(area)) {
            p.tie(tie);
        }
    }
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

} // namespace weft::ui
