// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/weights_section.h"

#include "ui/inspector/weight_statistics.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/legend_row.h"
#include "ui/widgets/value_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace weft::ui {

namespace {

constexpr int kBars = 40;

/// Names of layers inside a layer; they are the layers of the graphs that it runs.
QString nameOfLayer(const Project& project, LayerId id) {
    for (const auto& [graphId, graph] : project.graphs) {
        if (const Layer* layer = graph.layer(id)) {
            return QString::fromStdString(layer->name);
        }
    }
    return QStringLiteral("?");
}

} // namespace

std::vector<NamedWeight> weightsOf(const Document& document, const std::vector<LayerId>& outer, LayerId layer) {
    std::vector<LayerId> path = outer;
    path.push_back(layer);
    std::vector<NamedWeight> found;
    for (const auto& [key, tensor] : document.trained().weights) {
        if (!tensor || tensor->size() == 0 || key.path.size() < path.size() || !std::equal(path.begin(), path.end(), key.path.begin())) {
            continue;
        }
        QString name;
        for (std::size_t i = path.size(); i < key.path.size(); ++i) {
            name += nameOfLayer(document.project(), key.path[i]) + u'/';
        }
        found.push_back({name + QString::fromStdString(key.name), tensor});
    }
    return found;
}

WeightsSection::WeightsSection(const Appearance& appearance, QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(8);
    column->addWidget(makeSeparator(this));
    column->addWidget(makeLabel(tr("Weights"), "section", this));
    m_choice = new QComboBox(this);
    m_choice->setObjectName(QStringLiteral("weight"));
    m_choice->setAccessibleName(tr("Weight to show"));
    m_choice->setFixedHeight(metrics::control);
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    column->addWidget(m_choice);
    m_histogram = new Histogram(appearance, this);
    m_histogram->setObjectName(QStringLiteral("histogram"));
    column->addWidget(m_histogram);
    auto* foot = new QHBoxLayout;
    m_least = makeLabel({}, "number", this);
    m_mean = makeLabel({}, "number", this);
    m_mean->setObjectName(QStringLiteral("weight_mean"));
    m_most = makeLabel({}, "number", this);
    foot->addWidget(m_least);
    foot->addWidget(m_mean, 1, Qt::AlignHCenter);
    foot->addWidget(m_most);
    column->addLayout(foot);
    connect(m_choice, &QComboBox::activated, this, &WeightsSection::refresh);
    hide();
}

void WeightsSection::show(std::vector<NamedWeight> weights, std::optional<Family> family) {
    m_weights = std::move(weights);
    m_family = family;
    setVisible(!m_weights.empty());
    if (m_weights.empty()) {
        return;
    }
    const QString chosen = m_choice->currentData().toString();
    m_choice->clear();
    int shown = -1;
    int first = -1;
    for (const NamedWeight& weight : m_weights) {
        const int at = m_choice->count();
        m_choice->addItem(weight.name + QStringLiteral("  ") + QString::fromStdString(weight.tensor->shape().prepended(1).wireText()), weight.name);
        m_choice->setItemData(at, m_choice->itemText(at), Qt::ToolTipRole);
        shown = weight.name == chosen ? at : shown;
        first = first < 0 && weight.tensor->shape().rank() > 1 ? at : first;
    }
    m_choice->setCurrentIndex(shown >= 0 ? shown : std::max(0, first));
    refresh();
}

void WeightsSection::refresh() {
    const WeightStatistics statistics = statisticsOf(*m_weights[static_cast<std::size_t>(m_choice->currentIndex())].tensor, kBars);
    m_choice->setToolTip(m_choice->currentText());
    m_histogram->setBars(statistics.bars, m_family);
    m_least->setText(scoreText(statistics.least));
    m_mean->setText(tr("mean %1").arg(scoreText(statistics.mean)));
    m_most->setText(scoreText(statistics.most));
}

} // namespace weft::ui
