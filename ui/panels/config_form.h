// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/panel.h"

class QGridLayout;
class QLabel;
class QLayout;
class QToolButton;
class QVBoxLayout;

namespace weft::ui {

class OutputRow;
class ValueField;

/// How the chosen model is trained, as a form: a row for each output and each input, the total as a formula, optimizer and run.
class ConfigForm : public QWidget {
    Q_OBJECT
public:
    ConfigForm(const PanelContext& context, QWidget* parent);
    void refresh();

private:
    struct InputRow {
        std::string name;
        ValueField* column = nullptr;
    };
    TrainingConfig config() const;
    void change(const QString& text, const std::function<void(TrainingConfig&)>& edit, const QString& mergeKey = {});
    void rebuild(const std::vector<std::string>& inputs, const std::vector<std::string>& outputs, bool remembers);
    void addInput(QGridLayout* grid, int line, const std::string& name, const std::vector<std::string>& columns);
    QWidget* settings();
    QLayout* stateSwitch();
    ValueField* add(QGridLayout* grid, int column, int width, const Parameter& parameter, const std::function<void(TrainingConfig&, const Value&)>& set);
    QToolButton* lossForAll();
    QString formula(const TrainingConfig& config) const;
    void showReason(const QString& reason);

    PanelContext m_context;
    QVBoxLayout* m_column;
    QWidget* m_content = nullptr;
    std::vector<std::string> m_shown;
    std::vector<OutputRow*> m_outputs;
    std::vector<InputRow> m_inputs;
    QLabel* m_title = nullptr;
    QLabel* m_formula = nullptr;
    QLabel* m_reason = nullptr;
    ValueField* m_optimizer = nullptr;
    ValueField* m_rate = nullptr;
    ValueField* m_batch = nullptr;
    ValueField* m_epochs = nullptr;
    ValueField* m_validation = nullptr;
    ValueField* m_shuffle = nullptr;
    ValueField* m_seed = nullptr;
    ValueField* m_resetStates = nullptr; ///< null where nothing is remembered
};

} // namespace weft::ui
