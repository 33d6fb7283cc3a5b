// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <QSizeF>
#include <QTransform>

#include <algorithm>
#include <cmath>

namespace weft::ui {

/// Which part of the canvas a widget shows, and how large.
class View {
public:
    static constexpr double smallest = 0.1;
    static constexpr double largest = 4.0;

    double zoom() const { return m_zoom; }
    QPointF toScene(QPointF widget) const { return (widget - m_offset) / m_zoom; }
    QPointF toWidget(QPointF scene) const { return scene * m_zoom + m_offset; }
    QRectF toScene(const QRectF& widget) const { return {toScene(widget.topLeft()), widget.size() / m_zoom}; }
    QTransform transform() const { return QTransform(m_zoom, 0, 0, m_zoom, m_offset.x(), m_offset.y()); }

    /// True from `fit` until something else moves the view.
    bool isFitted() const { return m_fitted; }

    void pan(QPointF by) {
        m_offset += by;
        m_fitted = false;
    }
    /// Keeps what is under `fixed` where it is.
    void zoomTo(double zoom, QPointF fixed) {
        const QPointF under = toScene(fixed);
        m_zoom = std::clamp(zoom, smallest, largest);
        m_offset = fixed - under * m_zoom;
        m_fitted = false;
    }
    void centerOn(QPointF scene, QSizeF widget) {
        m_offset = rounded(QPointF(widget.width(), widget.height()) / 2 - scene * m_zoom);
        m_fitted = false;
    }
    /// Shows all of `area`, no larger than `limit`.
    void fit(const QRectF& area, QSizeF widget, double limit = 1.0) {
        if (area.isEmpty() || widget.isEmpty()) {
            m_zoom = std::min(limit, 1.0);
        } else {
            m_zoom = std::clamp(std::min({widget.width() / area.width(), widget.height() / area.height(), limit}), smallest, largest);
        }
        centerOn(area.center(), widget);
        m_fitted = true;
    }

private:
    /// Whole pixels keep text sharp.
    static QPointF rounded(QPointF at) { return {std::round(at.x()), std::round(at.y())}; }
    double m_zoom = 1.0;
    QPointF m_offset;
    bool m_fitted = false;
};

} // namespace weft::ui
