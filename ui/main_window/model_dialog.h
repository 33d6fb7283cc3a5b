// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/document.h"
#include "ui/document/selection.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace weft::ui {

/// Names inputs and outputs of the drawing as a model: a new one over what is selected, or one that is there. The inputs are those that the
/// chosen outputs need, unless more are ticked.
class ModelDialog : public QDialog {
    Q_OBJECT
public:
    /// `model` 0: a new one.
    ModelDialog(Document& document, Selection& selection, ModelId model, QWidget* parent = nullptr);

private:
    void fill(const ModelDef* model);
    void followOutputs();
    void refresh();
    /// Why this cannot be a model; empty if it can.
    QString obstacle() const;
    ModelDef chosen() const;
    void accept() override;

    Document& m_document;
    Selection& m_selection;
    ModelId m_model;
    QLineEdit* m_name;
    QListWidget* m_inputs;
    QListWidget* m_outputs;
    QLabel* m_note;
    QPushButton* m_ok;
    bool m_filling = false;
};

/// Forgets a model, with its training configuration; the layers stay.
void deleteModel(Document& document, ModelId model);

} // namespace weft::ui
