// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/layers/layer_type.h"

#include <QWidget>

#include <optional>

namespace weft::ui {

class Appearance;

/// One curve in a legend: its line, its name, its last value; a click hides or shows it.
class LegendRow : public QWidget {
    Q_OBJECT
public:
    LegendRow(const Appearance& appearance, const QString& name, int curve, bool dashed, QWidget* parent = nullptr);
    void setValue(const QString& value);
    bool isOn() const { return m_on; }
    QSize sizeHint() const override { return {220, 22}; }

Q_SIGNALS:
    void toggled(bool on);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void toggle();
    const Appearance& m_appearance;
    QString m_name, m_value;
    int m_curve;
    bool m_dashed;
    bool m_on = true;
};

/// Bars of how often values occur.
class Histogram : public QWidget {
    Q_OBJECT
public:
    explicit Histogram(const Appearance& appearance, QWidget* parent = nullptr);
    /// In the colour of a family, or the accent's.
    void setBars(std::vector<double> bars, std::optional<Family> family);
    QSize sizeHint() const override { return {240, 72}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Appearance& m_appearance;
    std::vector<double> m_bars;
    std::optional<Family> m_family;
};

} // namespace weft::ui
