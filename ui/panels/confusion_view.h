// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/training_controller.h"
#include "ui/theme/appearance.h"

#include <QWidget>

namespace weft::ui {

/// A confusion matrix: true classes down, predicted classes across; the share of a row as the depth of the accent colour.
class ConfusionView : public QWidget {
    Q_OBJECT
public:
    explicit ConfusionView(const Appearance& appearance, QWidget* parent = nullptr);
    void setMatrix(const Scores::Confusion& matrix);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF cell(std::int64_t truth, std::int64_t predicted) const;
    double cellWidth() const;
    double cellHeight() const;
    const Appearance& m_appearance;
    Scores::Confusion m_matrix;
};

} // namespace weft::ui
