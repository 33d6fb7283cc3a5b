// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/background_task.h"
#include "ui/document/document.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace weft::ui {

/// Writes a model in a format of the catalogue, off the window's thread, and says how exactly what was written predicts the same.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    ExportDialog(Document& document, ModelId model, QWidget* parent);

private:
    void choose();
    void write();
    void cancel();
    void setBusy(bool busy);
    Document& m_document;
    ModelId m_model;
    BackgroundTask m_task;
    QComboBox* m_format;
    QLineEdit* m_folder;
    QLabel* m_result;
    QPushButton* m_write;
    QPushButton* m_close;
    QProgressBar* m_bar;
};

} // namespace weft::ui
