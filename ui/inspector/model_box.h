// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/document.h"
#include "ui/document/selection.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace weft::ui {

class NumberRow;

/// What a box that runs a model runs: which model, its ends with the shapes of this call, whether its weights are shared, and the way in.
class ModelBox : public QWidget {
    Q_OBJECT
public:
    ModelBox(Document& document, Selection& selection, GraphId graph, CallId call, QWidget* parent);
    void refresh();

private:
    const Layer& layer() const { return *m_document.project().graphs.at(m_graph).layerOf(m_call); }
    void enter();
    void choose(ModelId model);
    void addEnds(const QString& head, const std::vector<std::pair<QString, QString>>& rows);
    QString instanceText() const;

    Document& m_document;
    Selection& m_selection;
    GraphId m_graph;
    CallId m_call;
    QLabel* m_name;
    QPushButton* m_enter;
    QComboBox* m_models;
    QLabel* m_instance;
    QVBoxLayout* m_ends;
    NumberRow* m_trainable;
    NumberRow* m_frozen;
};

} // namespace weft::ui
