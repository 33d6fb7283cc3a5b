// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inspector/inspector.h"

class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace weft::ui {

class NumberRow;

/// The model, while no box is selected: its name, its ends, its totals.
class ModelPage : public InspectorPage {
    Q_OBJECT
public:
    ModelPage(Document& document, Selection& selection);
    void refresh() override;

private:
    void rename();
    void refreshName(bool keepTyped);
    /// The current model, or inside a sub-model the one that is entered.
    ModelId model() const;
    Document& m_document;
    Selection& m_selection;
    QLineEdit* m_name;
    QLabel* m_kind;
    QLabel* m_nameReason;
    QLabel* m_hint;
    QVBoxLayout* m_ends;
    NumberRow* m_layers;
    NumberRow* m_parameters;
    NumberRow* m_trainable;
    NumberRow* m_cost;
    NumberRow* m_memory;
};

} // namespace weft::ui
