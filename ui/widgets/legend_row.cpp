// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/legend_row.h"

#include "ui/theme/appearance.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace weft::ui {

LegendRow::LegendRow(const Appearance& appearance, const QString& name, int curve, bool dashed, QWidget* parent)
    : QWidget(parent), m_appearance(appearance), m_name(name), m_curve(curve), m_dashed(dashed) {
    setFixedHeight(22);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(name);
    setToolTip(tr("Hide or show %1").arg(name));
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
}

void LegendRow::setValue(const QString& value) {
    if (m_value != value) {
        m_value = value;
        setAccessibleDescription(value);
        update();
    }
}

void LegendRow::toggle() {
    m_on = !m_on;
    update();
    Q_EMIT toggled(m_on);
}

void LegendRow::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint())) {
        toggle();
    }
}

void LegendRow::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space) {
        toggle();
    } else {
        QWidget::keyPressEvent(event);
    }
}

void LegendRow::paintEvent(QPaintEvent*) {
    const Theme& theme = m_appearance.theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double middle = height() / 2.0;
    painter.setOpacity(m_on ? 1.0 : 0.4);
    QPen pen(theme.curve(m_curve), 2);
    pen.setCapStyle(Qt::FlatCap);
    if (m_dashed) {
        pen.setDashPattern({2, 1.5});
    }
    painter.setPen(pen);
    painter.drawLine(QPointF(0, middle), QPointF(24, middle));
    painter.setPen(theme.text);
    painter.setFont(fonts::fixed(12));
    const int valueWidth = painter.fontMetrics().horizontalAdvance(m_value);
    painter.drawText(rect(), Qt::AlignRight | Qt::AlignVCenter, m_value);
    painter.setFont(fonts::body());
    const QRect nameRect = rect().adjusted(32, 0, -valueWidth - 8, 0);
    painter.drawText(nameRect, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(m_name, Qt::ElideMiddle, nameRect.width()));
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 1));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    }
}

Histogram::Histogram(const Appearance& appearance, QWidget* parent) : QWidget(parent), m_appearance(appearance) {
    setFixedHeight(72);
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
}

void Histogram::setBars(std::vector<double> bars, std::optional<Family> family) {
    m_bars = std::move(bars);
    m_family = family;
    update();
}

void Histogram::paintEvent(QPaintEvent*) {
    if (m_bars.empty()) {
        return;
    }
    QPainter painter(this);
    const double most = *std::max_element(m_bars.begin(), m_bars.end());
    const double step = static_cast<double>(width()) / static_cast<double>(m_bars.size());
    painter.setPen(Qt::NoPen);
    const Theme& theme = m_appearance.theme();
    painter.setBrush(m_family ? theme.family(*m_family) : theme.accent);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < m_bars.size() && most > 0; ++i) {
        const double tall = (height() - 4) * m_bars[i] / most;
        painter.drawRect(QRectF(static_cast<double>(i) * step, height() - 2 - tall, step - 1, tall));
    }
    painter.setBrush(theme.line);
    painter.drawRect(QRectF(0, height() - 1, width(), 1));
}

} // namespace weft::ui
