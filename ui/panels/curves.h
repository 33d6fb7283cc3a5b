// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/training_controller.h"
#include "ui/theme/appearance.h"

#include <QTimer>
#include <QWidget>

class QCPAxisRect;
class QCPGraph;
class QCustomPlot;
class QVBoxLayout;

namespace weft::ui {

class LegendRow;

/// Live curves of a training: losses at the left, metrics at the right, validation dashed. Its legend is a widget of its own, so that a
/// panel can put it where it likes. Draws at most ten times a second.
class Curves : public QWidget {
    Q_OBJECT
public:
    Curves(const Appearance& appearance, QWidget* parent = nullptr);
    ~Curves() override;
    QWidget* legend() const { return m_legend; }

    /// Logs of whole epochs; `running`, if not empty, are those of the epoch at hand, of which `fraction` is done; `epochs` is where it will end.
    void show(const std::vector<Logs>& history, const Logs& running, double fraction, double epochs);
    void setLogarithmic(bool on);
    bool savePng(const QString& file);
    /// Values of a curve, for tests.
    std::vector<double> values(const QString& name) const;

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Curve {
        QString name;
        bool loss = false;
        bool validation = false;
        int color = 0;
        QCPGraph* graph = nullptr;
        LegendRow* row = nullptr;
    };
    void setNames(const std::vector<std::string>& names);
    void dress();
    void dressAxes(QCPAxisRect* rect);
    void scale();
    const Appearance& m_appearance;
    QCustomPlot* m_plot;
    QWidget* m_legend;
    QVBoxLayout* m_legendRows;
    QCPAxisRect* m_lossRect = nullptr;
    QCPAxisRect* m_metricRect = nullptr;
    std::vector<std::string> m_names;
    std::vector<Curve> m_curves;
    QTimer m_redraw;
    double m_epochs = 1;
    bool m_logarithmic = false;
};

} // namespace weft::ui
