// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/training/training_config.h"

#include <QObject>

#include <functional>

class QGridLayout;
class QLabel;
class QToolButton;
class QWidget;

namespace weft::ui {

class Appearance;
class ClassWeightsField;
class ValueField;

/// How one output is trained: loss with its options, weight, metrics, target; folded away, what weighs its samples and classes. Lies in two
/// lines of a grid that it shares with other rows.
class OutputRow : public QObject {
    Q_OBJECT
public:
    static constexpr int columns = 6;
    static QString head(int column);

    /// Carries out an edit of this output's training as one undo step; steps with the same key that follow each other become one.
    using Change = std::function<void(const QString& text, const std::function<void(OutputTraining&)>& edit, const QString& mergeKey)>;
    /// `parent` owns the row and its widgets.
    OutputRow(std::string name, const std::vector<std::string>& dataColumns, const Appearance& appearance, Change change, QGridLayout* grid, int line,
              QWidget* parent);
    const std::string& name() const { return m_name; }
    void refresh(const OutputTraining& training);

Q_SIGNALS:
    /// Why what was entered is not taken; empty when all is well again.
    void refused(const QString& reason);
    void committed();

private:
    using Metrics = std::vector<Object> OutputTraining::*;
    QToolButton* metricsButton(Metrics metrics, const char* name, const QString& label, QWidget* parent);
    void chooseMetrics(Metrics metrics, QToolButton* below);
    QWidget* makeMore(const std::vector<std::string>& dataColumns, const Appearance& appearance, QWidget* parent);

    std::string m_name;
    QString m_shown;
    Change m_change;
    OutputTraining m_training;
    ValueField* m_loss;
    ValueField* m_weight;
    QToolButton* m_metrics;
    ValueField* m_target;
    QToolButton* m_fold;
    QWidget* m_more;
    ValueField* m_sampleWeights = nullptr;
    ClassWeightsField* m_classWeights = nullptr;
    QToolButton* m_weightedMetrics = nullptr;
    bool m_first = true;
};

} // namespace weft::ui
