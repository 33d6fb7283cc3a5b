// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/model/weights.h"
#include "ui/document/document.h"
#include "ui/theme/appearance.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace weft::ui {

class Histogram;

/// A weight with the name under which the inspector offers it: `kernel`, or `conv2d_1/kernel` inside a sub-model.
struct NamedWeight {
    QString name;
    std::shared_ptr<const Tensor> tensor;
};

/// The weights of one layer, those of layers inside it included. `outer`: the layers through which its graph was entered, outermost first.
std::vector<NamedWeight> weightsOf(const Document& document, const std::vector<LayerId>& outer, LayerId layer);

/// Chooses among weights and shows how the numbers of one spread. Hidden where there are none.
class WeightsSection : public QWidget {
    Q_OBJECT
public:
    WeightsSection(const Appearance& appearance, QWidget* parent);
    void show(std::vector<NamedWeight> weights, std::optional<Family> family);

private:
    void refresh();
    std::vector<NamedWeight> m_weights;
    std::optional<Family> m_family;
    QComboBox* m_choice;
    Histogram* m_histogram;
    QLabel* m_least;
    QLabel* m_mean;
    QLabel* m_most;
};

} // namespace weft::ui
