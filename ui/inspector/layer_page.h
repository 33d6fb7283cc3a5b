// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inspector/inspector.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace weft::ui {

class CallList;
class FieldRow;
class ModelBox;
class NumberRow;
class SchemaForm;
class WeightsSection;

/// One layer, or several: those of one type are edited together.
class LayerPage : public InspectorPage {
    Q_OBJECT
public:
    LayerPage(Document& document, Selection& selection, GraphId graph, std::vector<CallId> calls, const Appearance& appearance);
    void refresh() override;

private:
    const Graph& graph() const { return m_document.project().graphs.at(m_graph); }
    std::vector<LayerId> layers() const;
    void buildHead(QVBoxLayout* column);
    void rename();
    void setParameter(const QString& name, const Value& value);
    void setTrainable(bool trainable);
    void refreshProblems();
    void buildShared(QVBoxLayout* column);
    void buildInner(QVBoxLayout* column);
    void makeUnique();
    void refreshInner();
    void refreshCall();
    void refreshShared();
    void refreshWeights();

    Document& m_document;
    Selection& m_selection;
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
    QWidget* m_shared = nullptr;
    QLabel* m_sharedHead = nullptr;
    CallList* m_callList = nullptr;
    QComboBox* m_inner = nullptr;
    std::vector<std::pair<GraphId, ModelId>> m_innerModels; ///< by m_inner's items
    ModelBox* m_model = nullptr;
    WeightsSection* m_weights = nullptr;
};

} // namespace weft::ui
