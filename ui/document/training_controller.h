// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/training/train.h"
#include "ui/document/document.h"
#include "ui/document/loaded_data.h"

#include <QObject>
#include <QStringList>
#include <QTimer>

#include <memory>

namespace weft::ui {

/// What evaluation found on one part of the data.
struct Scores {
    QString part; ///< `test`, `validation` or `training`, translated
    std::int64_t rows = 0;
    Logs logs;
    /// Of an output that tells classes apart: counts by true class, then predicted class.
    struct Confusion {
        QString output;
        std::int64_t classes = 0;
        std::vector<std::int64_t> counts;
    };
    std::vector<Confusion> confusions;
    QString note; ///< what to know of the weights that were scored: never trained, or not in their present shape; empty: nothing
};

/// The only class that knows of training's thread. Starts and stops training and evaluation on a worker that posts to a mailbox; a timer
/// on the window's thread drains it. The window never waits for the worker; the worker never touches a widget.
class TrainingController : public QObject {
    Q_OBJECT
public:
    enum class State { idle, preparing, training, evaluating, stopping };

    explicit TrainingController(Document& document, QObject* parent = nullptr);
    ~TrainingController() override; ///< asks the worker to stop and waits for it (under 200 ms)

    State state() const { return m_state; }
    bool isBusy() const { return m_state != State::idle; }
    ModelId model() const { return m_model; }
    const TrainProgress& progress() const { return m_progress; }
    /// While data are loaded: 0..1.
    double preparation() const { return m_preparation; }
    /// Logs of the epochs of the run that goes on, or of the last one. A run that went on from an earlier one holds that one's epochs too.
    const std::vector<Logs>& history() const { return m_history; }
    /// The same of one model: of its training that goes on, or of the last run of which it still has what it learned.
    const std::vector<Logs>& historyOf(ModelId model) const;
    /// Where that training will end, or was to end.
    std::int64_t epochsOf(ModelId model) const;
    const Logs& batchLogs() const { return m_batchLogs; }

    /// Why `model` cannot be trained now: sentences; empty if it can.
    QStringList obstacles(ModelId model) const;
    /// Trains with the document's configuration, going on from the document's weights and optimizer state.
    void train(ModelId model);
    /// Scores on the test part (or the validation part where there is no test part).
    void evaluate(ModelId model);
    /// Asks the worker to stop after the batch it is at; what it learned is kept.
    void stop();
    /// Forgets weights and optimizer state of the model's layers: the next training starts anew.
    void resetWeights(ModelId model);

Q_SIGNALS:
    void stateChanged();
    void progressed();
    void epochFinished();
    /// A training ended: by itself, by Stop, or by an error whose sentence is given.
    void finished(const QString& error);
    void evaluated(const weft::ui::Scores& scores);
    /// Something to know of a training that goes on all the same; one sentence.
    void noticed(const QString& sentence);
    /// Training or evaluation could not be done; one sentence.
    void failed(const QString& sentence);

private:
    struct Job;
    struct Worker;
    Job makeJob(ModelId model) const;
    void start(Job job, State state);
    void drain();
    void finish();
    Run newRun() const;
    void adopt(Worker& worker, const Weights& weights, const OptimizerState& optimizer);
    void abandon();
    void showHistoryOfLastRun();
    void setState(State state);

    std::unique_ptr<Worker> m_worker;
    Document& m_document;
    QTimer m_timer;
    State m_state = State::idle;
    ModelId m_model;
    TrainProgress m_progress;
    double m_preparation = 0;
    std::vector<Logs> m_history;
    Logs m_batchLogs;
    const Run* lastRunOf(ModelId model) const;
    class DataCheck* m_check;
    mutable std::map<ModelId, QStringList> m_obstacles; ///< as found since the last change of drawing, data or configuration
};

/// Where the document's data files are found.
DataPlaces placesOf(const Document& document);
/// The graph in which a model is defined; 0 if there is none.
GraphId graphOf(const Project& project, ModelId model);

} // namespace weft::ui
