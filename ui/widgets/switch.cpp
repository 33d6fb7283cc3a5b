// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/switch.h"

#include "ui/theme/appearance.h"

#include <QPainter>

namespace weft::ui {

Switch::Switch(const Appearance& appearance, QWidget* parent) : QAbstractButton(parent), m_appearance(appearance) {
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
    connect(this, &QAbstractButton::clicked, this, [this] { m_mixed = false; });
}

QSize Switch::sizeHint() const {
    return {36, metrics::control};
}

void Switch::setMixed(bool mixed) {
    m_mixed = mixed;
    update();
}

void Switch::paintEvent(QPaintEvent*) {
    const Theme& theme = m_appearance.theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF pill(1, (height() - 18) / 2.0, 34, 18);
    const bool on = isChecked() && !m_mixed;
    painter.setPen(on ? Qt::NoPen : QPen(theme.wire, 1));
    painter.setBrush(on ? theme.accent : theme.panel);
    painter.setOpacity(isEnabled() ? 1.0 : 0.5);
    painter.drawRoundedRect(on ? pill : pill.adjusted(0.5, 0.5, -0.5, -0.5), 9, 9);
    painter.setPen(Qt::NoPen);
    painter.setBrush(on ? theme.onAccent : theme.wire);
    const double center = m_mixed ? pill.center().x() : on ? pill.right() - 9 : pill.left() + 9;
    painter.drawEllipse(QPointF(center, pill.center().y()), on ? 7 : 5, on ? 7 : 5);
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 2.5, -0.5, -2.5), 11, 11);
    }
}

DefaultMark::DefaultMark(const Appearance& appearance, QWidget* parent) : QAbstractButton(parent), m_appearance(appearance) {
    setFocusPolicy(Qt::NoFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setEnabled(false);
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
}

void DefaultMark::setShown(bool shown) {
    m_shown = shown;
    setEnabled(shown);
    setCursor(shown ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void DefaultMark::paintEvent(QPaintEvent*) {
    if (m_shown) {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_appearance.theme().accent);
        const double radius = underMouse() ? 4 : 2.5;
        painter.drawEllipse(QRectF(rect()).center(), radius, radius);
    }
}

} // namespace weft::ui
