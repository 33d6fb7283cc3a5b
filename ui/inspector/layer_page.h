// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inspector/inspector.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace weft::ui {

class FieldRow;
class Histogram;
class NumberRow;
class SchemaForm;

/// One layer, or several: those of one type are edited together.
class LayerPage : public InspectorPage {
    Q_OBJECT
public:
    LayerPage(Document& document, GraphId graph, std::vector<CallId> calls, const Appearance& appearance);
    void refresh() override;

private:
    const Graph& graph() const { return m_document.project().graphs.at(m_graph); }
    std::vector<LayerId> layers() const;
    void buildHead(QVBoxLayout* column);
    void rename();
    void setParameter(const QString& name, const Value& value);
    void setTrainable(bool trainable);
    void refreshProblems();
    void refreshCall();
    void refreshWeights();

    Document& m_document;
    GraphId m_graph;
    std::vector<CallId> m_calls;
    const Appearance& m_appearance;
    const LayerType* m_type = nullptr; ///< null where the boxes differ in type
    QLineEdit* m_name = nullptr;
    QLabel* m_nameReason = nullptr;
    QLabel* m_kind = nullptr;
    QVBoxLayout* m_problems = nullptr;
    SchemaForm* m_form = nullptr;
    FieldRow* m_trainable = nullptr;
    NumberRow* m_in = nullptr;
    NumberRow* m_out = nullptr;
    NumberRow* m_parameters = nullptr;
    NumberRow* m_cost = nullptr;
    NumberRow* m_callCount = nullptr;
    QWidget* m_weights = nullptr;
    QComboBox* m_weight = nullptr;
    Histogram* m_histogram = nullptr;
    QLabel* m_least = nullptr;
    QLabel* m_mean = nullptr;
    QLabel* m_most = nullptr;
};

} // namespace weft::ui
