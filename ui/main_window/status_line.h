// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/selection.h"
#include "ui/document/training_controller.h"
#include "ui/theme/appearance.h"

#include <QStatusBar>

class QLabel;
class QProgressBar;
class QToolButton;

namespace weft::ui {

/// Problems, size of the model, training, saved or not.
class StatusLine : public QStatusBar {
    Q_OBJECT
public:
    StatusLine(Document& document, Selection& selection, TrainingController& training, const Appearance& appearance, QWidget* parent);
    void noteSaved();

Q_SIGNALS:
    void problemsClicked();

private:
    void refresh();
    void refreshTraining();
    Document& m_document;
    Selection& m_selection;
    TrainingController& m_training;
    const Appearance& m_appearance;
    QToolButton* m_problems;
    QLabel* m_size;
    QLabel* m_progressText;
    QProgressBar* m_progress;
    QLabel* m_saved;
    QString m_savedAt;
};

} // namespace weft::ui
