// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/confusion_view.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace weft::ui {

namespace {
constexpr double kLeft = 44;
constexpr double kTop = 36;
constexpr double kEdge = 1; ///< for the frame
} // namespace

ConfusionView::ConfusionView(const Appearance& appearance, QWidget* parent) : QWidget(parent), m_appearance(appearance) {
    setMinimumSize(240, 160);
    setAccessibleName(tr("Confusion matrix"));
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
}

void ConfusionView::setMatrix(const Scores::Confusion& matrix) {
    m_matrix = matrix;
    update();
}

double ConfusionView::cellWidth() const {
    return std::min(52.0, (width() - kLeft - kEdge) / static_cast<double>(std::max<std::int64_t>(1, m_matrix.classes)));
}

double ConfusionView::cellHeight() const {
    return std::min(28.0, (height() - kTop - kEdge) / static_cast<double>(std::max<std::int64_t>(1, m_matrix.classes)));
}

QRectF ConfusionView::cell(std::int64_t truth, std::int64_t predicted) const {
    return {kLeft + static_cast<double>(predicted) * cellWidth(), kTop + static_cast<double>(truth) * cellHeight(), cellWidth(), cellHeight()};
}

void ConfusionView::paintEvent(QPaintEvent*) {
    if (m_matrix.classes == 0) {
        return;
    }
    const Theme& theme = m_appearance.theme();
    QPainter painter(this);
    const double across = cellWidth() * static_cast<double>(m_matrix.classes);
    painter.setFont(fonts::secondary());
    painter.setPen(theme.secondary);
    painter.drawText(QRectF(kLeft, 0, std::max(across, 160.0), 16), Qt::AlignLeft | Qt::AlignVCenter, tr("predicted"));
    painter.drawText(QRectF(0, 18, kLeft - 6, 16), Qt::AlignRight | Qt::AlignVCenter, tr("true"));
    painter.setFont(fonts::shape());
    for (std::int64_t t = 0; t < m_matrix.classes; ++t) {
        const auto row = m_matrix.counts.begin() + t * m_matrix.classes;
        const auto most = static_cast<double>(std::max<std::int64_t>(1, *std::max_element(row, row + m_matrix.classes)));
        painter.setPen(theme.secondary);
        painter.drawText(QRectF(0, cell(t, 0).top(), kLeft - 6, cellHeight()), Qt::AlignRight | Qt::AlignVCenter, QString::number(t));
        painter.drawText(QRectF(cell(0, t).left(), 18, cellWidth(), 16), Qt::AlignCenter, QString::number(t));
        for (std::int64_t p = 0; p < m_matrix.classes; ++p) {
            const std::int64_t count = row[p];
            const double share = static_cast<double>(count) / most;
            QColor ground = t == p ? theme.accent : theme.error;
            ground.setAlphaF(static_cast<float>(count == 0 ? 0 : 0.08 + 0.42 * share));
            const QRectF box = cell(t, p).adjusted(0.5, 0.5, -0.5, -0.5);
            painter.fillRect(box, ground);
            const QString text = QString::number(count);
            if (count > 0 && painter.fontMetrics().horizontalAdvance(text) < box.width() - 2 && box.height() >= 12) {
                painter.setPen(theme.text);
                painter.drawText(box, Qt::AlignCenter, text);
            }
        }
    }
    painter.setPen(theme.line);
    painter.drawRect(QRectF(kLeft, kTop, across, cellHeight() * static_cast<double>(m_matrix.classes)));
}

bool ConfusionView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && m_matrix.classes > 0) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const auto p = static_cast<std::int64_t>((help->pos().x() - kLeft) / cellWidth());
        const auto t = static_cast<std::int64_t>((help->pos().y() - kTop) / cellHeight());
        if (help->pos().x() >= kLeft && help->pos().y() >= kTop && p < m_matrix.classes && t < m_matrix.classes) {
            QToolTip::showText(help->globalPos(), tr("%1 samples of class %2 were taken for class %3")
                                                      .arg(m_matrix.counts[static_cast<std::size_t>(t * m_matrix.classes + p)])
                                                      .arg(t)
                                                      .arg(p));
            return true;
        }
        QToolTip::hideText();
    }
    return QWidget::event(event);
}

} // namespace weft::ui
