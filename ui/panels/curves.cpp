// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/curves.h"

#include "ui/panels/plot.h"
#include "ui/widgets/legend_row.h"
#include "ui/widgets/value_text.h"

#include <QVBoxLayout>

#include <cmath>
#include <set>

namespace weft::ui {

namespace {

constexpr const char* kValidation = "val_";

bool isValidation(const std::string& name) {
    return name.rfind(kValidation, 0) == 0;
}

std::string baseOf(const std::string& name) {
    return isValidation(name) ? name.substr(4) : name;
}

/// Whole epochs only.
class EpochTicker : public QCPAxisTicker {
public:
    EpochTicker() { setTickCount(4); }

protected:
    double getTickStep(const QCPRange& range) override { return std::max(1.0, QCPAxisTicker::getTickStep(range)); }
    int getSubTickCount(double) override { return 0; }
};

bool isLoss(const std::string& name) {
    return name == "loss" || (name.size() > 5 && name.compare(name.size() - 5, 5, "_loss") == 0);
}

} // namespace

Curves::Curves(const Appearance& appearance, QWidget* parent) : QWidget(parent), m_appearance(appearance) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_plot = new QCustomPlot(this);
    m_plot->setObjectName(QStringLiteral("curves"));
    m_plot->setAccessibleName(tr("Curves of the training"));
    m_plot->plotLayout()->clear();
    m_plot->setMinimumSize(200, 120);
    column->addWidget(m_plot);
    m_legend = new QWidget;
    m_legendRows = new QVBoxLayout(m_legend);
    m_legendRows->setContentsMargins(0, 0, 0, 0);
    m_legendRows->setSpacing(0);
    m_redraw.setSingleShot(true);
    m_redraw.setInterval(100);
    connect(&m_redraw, &QTimer::timeout, this, [this] {
        scale();
        m_plot->replot();
    });
    connect(&appearance, &Appearance::changed, this, [this] {
        dress();
        m_plot->replot();
    });
    setNames({});
}

Curves::~Curves() = default;

void Curves::changeEvent(QEvent* event) {
    if (event->type() == QEvent::FontChange) {
        dress();
    }
    QWidget::changeEvent(event);
}

void Curves::setNames(const std::vector<std::string>& names) {
    m_names = names;
    m_curves.clear();
    m_plot->clearGraphs();
    m_plot->plotLayout()->clear();
    while (QLayoutItem* item = m_legendRows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_lossRect = new QCPAxisRect(m_plot);
    m_plot->plotLayout()->addElement(0, 0, m_lossRect);
    m_metricRect = nullptr;
    const bool anyMetric = std::any_of(names.begin(), names.end(), [](const std::string& n) { return !isLoss(n); });
    if (anyMetric) {
        m_metricRect = new QCPAxisRect(m_plot);
        m_plot->plotLayout()->addElement(0, 1, m_metricRect);
    }
    m_plot->plotLayout()->setColumnSpacing(12);
    // Each name with its validation beside it; the total loss first, then losses, then metrics.
    std::vector<std::string> bases;
    for (const int wanted : {0, 1, 2}) {
        for (const std::string& name : names) {
            const std::string base = baseOf(name);
            const int kind = base == "loss" ? 0 : isLoss(base) ? 1 : 2;
            if (kind == wanted && std::find(bases.begin(), bases.end(), base) == bases.end()) {
                bases.push_back(base);
            }
        }
    }
    for (std::size_t i = 0; i < bases.size(); ++i) {
        for (const bool validation : {false, true}) {
            const std::string name = validation ? kValidation + bases[i] : bases[i];
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                continue;
            }
            Curve curve{QString::fromStdString(name), isLoss(bases[i]), validation, static_cast<int>(i), nullptr, nullptr};
            QCPAxisRect* rect = curve.loss ? m_lossRect : m_metricRect;
            curve.graph = m_plot->addGraph(rect->axis(QCPAxis::atBottom), rect->axis(QCPAxis::atLeft));
            curve.row = new LegendRow(m_appearance, curve.name, curve.color, validation, m_legend);
            connect(curve.row, &LegendRow::toggled, this, [this, graph = curve.graph](bool on) {
                graph->setVisible(on);
                scale();
                m_plot->replot();
            });
            m_legendRows->addWidget(curve.row);
            m_curves.push_back(curve);
        }
    }
    dress();
}

void Curves::dressAxes(QCPAxisRect* rect) {
    const Theme& theme = m_appearance.theme();
    rect->setupFullAxesBox(true);
    rect->setMinimumMargins(QMargins(8, 10, 8, 8));
    for (QCPAxis* axis : rect->axes()) {
        axis->setBasePen(QPen(theme.line, 1));
        axis->setTickPen(Qt::NoPen);
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(theme.secondary);
        axis->setTickLabelFont(fonts::shape());
        axis->setTickLabelPadding(6);
        axis->grid()->setPen(QPen(theme.line, 1, Qt::SolidLine));
        axis->grid()->setZeroLinePen(Qt::NoPen);
        axis->grid()->setSubGridVisible(false);
    }
    rect->axis(QCPAxis::atBottom)->grid()->setVisible(false);
    rect->axis(QCPAxis::atBottom)->setTicker(QSharedPointer<EpochTicker>(new EpochTicker));
    const bool logarithmic = m_logarithmic && rect == m_lossRect;
    QCPAxis* left = rect->axis(QCPAxis::atLeft);
    left->setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (logarithmic) {
        left->setTicker(QSharedPointer<QCPAxisTickerLog>(new QCPAxisTickerLog));
        left->setNumberFormat(QStringLiteral("gb"));
        left->setNumberPrecision(3);
    } else {
        QSharedPointer<QCPAxisTicker> steps(new QCPAxisTicker);
        steps->setTickCount(5);
        left->setTicker(steps);
        left->setNumberFormat(QStringLiteral("g"));
        left->setNumberPrecision(4);
    }
}

void Curves::dress() {
    const Theme& theme = m_appearance.theme();
    m_plot->setBackground(QBrush(theme.panel));
    dressAxes(m_lossRect);
    if (m_metricRect) {
        dressAxes(m_metricRect);
    }
    for (const Curve& curve : m_curves) {
        QPen pen(theme.curve(curve.color), 1.8);
        if (curve.validation) {
            pen.setDashPattern({4, 3});
        }
        curve.graph->setPen(pen);
    }
    scale();
}

void Curves::scale() {
    for (QCPAxisRect* rect : {m_lossRect, m_metricRect}) {
        if (!rect) {
            continue;
        }
        double least = 0;
        double most = 0;
        double leastPositive = 1;
        bool any = false;
        for (const Curve& curve : m_curves) {
            if (curve.loss != (rect == m_lossRect) || !curve.graph->visible()) {
                continue;
            }
            for (const QCPGraphData& point : *curve.graph->data()) {
                if (std::isfinite(point.value)) {
                    least = any ? std::min(least, point.value) : point.value;
                    most = any ? std::max(most, point.value) : point.value;
                    leastPositive = point.value > 0 ? std::min(leastPositive, point.value) : leastPositive;
                    any = true;
                }
            }
        }
        QCPAxis* left = rect->axis(QCPAxis::atLeft);
        if (!any) {
            left->setRange(0, 1);
        } else if (left->scaleType() == QCPAxis::stLogarithmic) {
            left->setRange(leastPositive / 1.3, std::max(most, leastPositive) * 1.3);
        } else if (rect == m_lossRect) {
            left->setRange(std::min(0.0, least * 1.05), most > 0 ? most * 1.08 : 1);
        } else {
            const double room = std::max((most - least) * 0.1, 0.01);
            left->setRange(least - room, least >= 0 && most <= 1 ? std::min(1.0, most + room) : most + room);
        }
        rect->axis(QCPAxis::atBottom)->setRange(0, m_epochs * 1.02);
    }
}

void Curves::show(const std::vector<Logs>& history, const Logs& running, double fraction, double epochs) {
    std::set<std::string> unique;
    for (const Logs& logs : history) {
        for (const auto& [name, value] : logs) {
            unique.insert(name);
        }
    }
    for (const auto& [name, value] : running) {
        unique.insert(name);
    }
    const std::vector<std::string> names(unique.begin(), unique.end());
    if (names != m_names) {
        setNames(names);
    }
    m_epochs = std::max({1.0, epochs, static_cast<double>(history.size())});
    for (const Curve& curve : m_curves) {
        const std::string name = curve.name.toStdString();
        QVector<double> xs;
        QVector<double> ys;
        for (std::size_t i = 0; i < history.size(); ++i) {
            if (const auto found = history[i].find(name); found != history[i].end()) {
                xs << static_cast<double>(i + 1);
                ys << found->second;
            }
        }
        if (const auto found = running.find(name); found != running.end() && fraction > 0) {
            xs << static_cast<double>(history.size()) + fraction;
            ys << found->second;
        }
        curve.graph->setData(xs, ys, true);
        const bool few = xs.size() < 3;
        curve.graph->setScatterStyle(few ? QCPScatterStyle(QCPScatterStyle::ssDisc, 5) : QCPScatterStyle());
        curve.row->setValue(ys.isEmpty() ? QString() : scoreText(ys.back()));
    }
    if (!m_redraw.isActive()) {
        m_redraw.start();
    }
}

void Curves::setLogarithmic(bool on) {
    m_logarithmic = on;
    dress();
    m_plot->replot();
}

bool Curves::savePng(const QString& file) {
    scale();
    return m_plot->savePng(file, m_plot->width(), m_plot->height(), 2.0);
}

std::vector<double> Curves::values(const QString& name) const {
    std::vector<double> values;
    for (const Curve& curve : m_curves) {
        if (curve.name == name) {
            for (const QCPGraphData& point : *curve.graph->data()) {
                values.push_back(point.value);
            }
        }
    }
    return values;
}

} // namespace weft::ui
