// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/training_controller.h"

#include "engine/base/error.h"
#include "engine/base/resources.h"
#include "engine/base/text.h"
#include "engine/model/model_order.h"
#include "engine/model/weights_fit.h"
#include "engine/project/project_json.h"
#include "ui/document/data_check.h"
#include "ui/document/evaluation.h"

#include <QDateTime>
#include <QFileInfo>

#include <filesystem>
#include <mutex>
#include <thread>

namespace weft::ui {

DataPlaces placesOf(const Document& document) {
    DataPlaces places;
    if (!document.path().isEmpty()) {
        places.projectFolder = QFileInfo(document.path()).absolutePath().toStdString();
    }
    places.bundledFolder = resourceFolder() / "data";
    return places;
}

GraphId graphOf(const Project& project, ModelId model) {
    for (const auto& [id, graph] : project.graphs) {
        if (graph.model(model)) {
            return id;
        }
    }
    return {};
}

/// Everything that the worker gets: copies and shared immutables only.
struct TrainingController::Job {
    bool evaluating = false;
    Project project;
    ModelId model;
    TrainingConfig config;
    Weights weights;
    std::size_t carried = 0; ///< the document's, when `weights` were taken
    OptimizerState optimizer;
    DataPlaces places;
    std::shared_ptr<const LoadedData> loaded;
};

struct TrainingController::Worker : TrainObserver {
    /// As of the end of an epoch.
    struct Learned {
        Weights weights;
        OptimizerState optimizer;
    };
    struct Mail {
        double preparation = -1;
        bool prepared = false;
        std::optional<TrainProgress> progress;
        Logs batchLogs;
        std::vector<Logs> epochs;
        std::optional<Learned> learned;
        bool done = false;
        bool stopped = false;
        std::optional<TrainResult> result;
        std::optional<Scores> scores;
        std::shared_ptr<const LoadedData> loaded;
        QString notice;
        QString error;
    };

    Job job;
    Run run; ///< as it will stand in the document; with the epochs that it goes on from
    std::mutex mutex;
    Mail mail;
    std::jthread thread; // last: joined before the mailbox goes

    void onBatch(const TrainProgress& progress, const Logs& logs) override {
        const std::lock_guard lock(mutex);
        mail.progress = progress;
        mail.batchLogs = logs;
    }

    void onEpoch(const TrainProgress& progress, const Logs& logs, const Weights& weights, const OptimizerState& optimizer) override {
        const std::lock_guard lock(mutex);
        mail.progress = progress;
        mail.epochs.push_back(logs);
        mail.learned = Learned{weights, optimizer};
    }

    std::shared_ptr<const LoadedData> load(const std::stop_token& stop) {
        return loadData(job.project.data, job.places, job.loaded, stop, [this](double fraction) {
            const std::lock_guard lock(mutex);
            mail.preparation = fraction;
        });
    }

    /// Layers that start anew, in words. That a model was never trained is worth saying only of its scores.
    QString noteOn(const WeightsFit& fit) const {
        const auto names = [](const std::vector<std::string>& paths) { return QString::fromStdString(join(paths, ", ")); };
        if (!fit.changed.empty()) {
            return job.evaluating ? TrainingController::tr("Scored with fresh weights in %1, whose shape changed since training.").arg(names(fit.changed))
                                  : TrainingController::tr("The shape of %1 changed since training, so its weights start anew.").arg(names(fit.changed));
        }
        if (!fit.missing.empty() && job.evaluating) {
            return TrainingController::tr("Scored with fresh weights: %1 was not trained yet.").arg(names(fit.missing));
        }
        return {};
    }

    void work(const std::stop_token& stop) {
        const std::shared_ptr<const Model> model = Model::build(job.project.graphs, graphOf(job.project, job.model), job.model);
        const std::shared_ptr<const LoadedData> loaded = load(stop);
        {
            const std::lock_guard lock(mutex);
            mail.prepared = true;
            if (stop.stop_requested()) {
                mail.stopped = true;
                return;
            }
            mail.loaded = loaded;
        }
        const QString note = noteOn(fitOf(*model, job.weights));
        initialize(*model, job.config.seed, job.weights);
        if (job.evaluating) {
            Scores scores = scoresOf(*model, job.config, *loaded->data, job.weights, stop);
            const std::lock_guard lock(mutex);
            mail.stopped = stop.stop_requested();
            scores.note = note;
            mail.scores = std::move(scores);
        } else {
            {
                const std::lock_guard lock(mutex);
                mail.notice = note;
            }
            TrainResult result = weft::train({model, job.config, loaded->data, job.weights, job.optimizer, 0}, stop, this);
            const std::lock_guard lock(mutex);
            mail.stopped = result.stopped;
            mail.result = std::move(result);
        }
    }

    void execute(const std::stop_token& stop) {
        QString error;
        try {
            work(stop);
        } catch (const std::exception& e) {
            error = QString::fromUtf8(e.what());
        }
        const std::lock_guard lock(mutex);
        mail.error = error;
        mail.done = true;
    }
};

TrainingController::TrainingController(Document& document, QObject* parent) : QObject(parent), m_document(document) {
    m_timer.setInterval(30);
    m_check = new DataCheck(document, this);
    connect(&document, &Document::diagnosticsChanged, this, [this] { m_obstacles.clear(); });
    connect(&m_timer, &QTimer::timeout, this, &TrainingController::drain);
    connect(&document, &Document::changed, this, [this](const ChangeSet& changes) {
        if (changes.drawingChanged() || changes.dataChanged || !changes.trainingChanged.empty()) {
            m_obstacles.clear();
        }
    });
    connect(&document, &Document::replaced, this, [this] {
        m_obstacles.clear();
        abandon();
        showHistoryOfLastRun();
    });
}

TrainingController::~TrainingController() = default;

QStringList TrainingController::obstacles(ModelId id) const {
    const Project& project = m_document.project();
    const GraphId graph = graphOf(project, id);
    if (!graph) {
        return {tr("There is nothing to train yet: an Input and a layer after it make a model.")};
    }
    if (const auto known = m_obstacles.find(id); known != m_obstacles.end()) {
        return known->second;
    }
    QStringList sentences;
    try {
        const std::shared_ptr<const Model> model = Model::build(project.graphs, graph, id);
        const auto config = project.training.find(id);
        for (const std::string& sentence : weft::obstacles(*model, config == project.training.end() ? TrainingConfig() : config->second, project.data)) {
            sentences << QString::fromStdString(sentence);
        }
    } catch (const Error& e) {
        sentences << QString::fromUtf8(e.what());
    }
    for (const Diagnostic& problem : m_document.dataProblems()) {
        if (problem.model == id) { // what cannot be read may be readable when training reads it
            sentences << QString::fromStdString(problem.message);
        }
    }
    m_obstacles[id] = sentences;
    return sentences;
}

const Run* TrainingController::lastRunOf(ModelId model) const {
    const Trained& trained = m_document.trained();
    if (!trained.optimizers.contains(model)) {
        return nullptr; // it was told to start over
    }
    const auto last = std::find_if(trained.runs.rbegin(), trained.runs.rend(), [&](const Run& run) { return run.model == model; });
    return last == trained.runs.rend() ? nullptr : &*last;
}

const std::vector<Logs>& TrainingController::historyOf(ModelId model) const {
    static const std::vector<Logs> none;
    if (m_worker && !m_worker->job.evaluating && model == m_model) {
        return m_history;
    }
    const Run* run = lastRunOf(model);
    return run ? run->history : none;
}

std::int64_t TrainingController::epochsOf(ModelId model) const {
    if (m_worker && !m_worker->job.evaluating && model == m_model && m_progress.epochs > 0) {
        return m_progress.epochs;
    }
    const Run* run = lastRunOf(model);
    const auto done = static_cast<std::int64_t>(run ? run->history.size() : 0);
    return run && run->stopped ? std::max(done, run->config.epochs) : done;
}

TrainingController::Job TrainingController::makeJob(ModelId model) const {
    Job job;
    job.project = m_document.project();
    job.model = model;
    if (const auto config = job.project.training.find(model); config != job.project.training.end()) {
        job.config = config->second;
    }
    job.weights = m_document.trained().weights;
    job.carried = m_document.carried();
    if (const auto state = m_document.trained().optimizers.find(model); state != m_document.trained().optimizers.end()) {
        job.optimizer = state->second;
    }
    job.places = placesOf(m_document);
    job.loaded = m_check->data();
    return job;
}

void TrainingController::start(Job job, State state) {
    m_model = job.model;
    m_progress = {};
    m_preparation = 0;
    m_batchLogs.clear();
    m_check->leaveOff();
    m_worker = std::make_unique<Worker>();
    m_worker->job = std::move(job);
    m_worker->thread = std::jthread([worker = m_worker.get()](const std::stop_token& stop) { worker->execute(stop); });
    m_timer.start();
    setState(state);
}

void TrainingController::train(ModelId model) {
    if (isBusy()) {
        return;
    }
    Job job = makeJob(model);
    // A run goes on where its epochs are those that the optimizer has seen; otherwise the curve starts anew.
    Run run;
    for (const Run& earlier : m_document.trained().runs) {
        if (earlier.model == model && static_cast<std::int64_t>(earlier.history.size()) == job.optimizer.epoch) {
            run = earlier;
        }
    }
    if (run.history.empty()) {
        run = newRun();
    }
    run.model = model;
    if (const GraphId graph = graphOf(job.project, model)) {
        run.modelName = job.project.graphs.at(graph).model(model)->name;
    }
    run.config = job.config;
    run.stopped = false;
    m_history = run.history;
    start(std::move(job), State::preparing);
    m_worker->run = std::move(run);
    Q_EMIT epochFinished();
}

void TrainingController::evaluate(ModelId model) {
    if (!isBusy()) {
        Job job = makeJob(model);
        job.evaluating = true;
        start(std::move(job), State::evaluating);
    }
}

void TrainingController::stop() {
    if (m_worker) {
        m_worker->thread.request_stop();
        setState(State::stopping);
    }
}

void TrainingController::resetWeights(ModelId model) {
    const GraphId graph = graphOf(m_document.project(), model);
    if (isBusy() || !graph) {
        return;
    }
    Trained trained = m_document.trained();
    const Graph& drawing = m_document.project().graphs.at(graph);
    std::set<LayerId> layers;
    for (const CallId call : callsOfModel(drawing, *drawing.model(model))) {
        layers.insert(drawing.call(call)->layer);
    }
    std::erase_if(trained.weights, [&](const auto& weight) { return !weight.first.path.empty() && layers.contains(weight.first.path.front()); });
    trained.optimizers.erase(model);
    m_document.adopt(std::move(trained));
    m_history.clear();
    m_batchLogs.clear();
    m_progress = {};
    Q_EMIT epochFinished();
    Q_EMIT progressed();
}

void TrainingController::abandon() {
    m_timer.stop();
    m_worker.reset();
    m_progress = {};
    m_batchLogs.clear();
    setState(State::idle);
}

void TrainingController::showHistoryOfLastRun() {
    m_history = m_document.trained().runs.empty() ? std::vector<Logs>() : m_document.trained().runs.back().history;
    m_model = m_document.trained().runs.empty() ? ModelId() : m_document.trained().runs.back().model;
    Q_EMIT epochFinished();
}

void TrainingController::drain() {
    Worker::Mail mail;
    {
        const std::lock_guard lock(m_worker->mutex);
        Worker::Mail& posted = m_worker->mail;
        mail.preparation = std::exchange(posted.preparation, -1);
        mail.prepared = std::exchange(posted.prepared, false);
        mail.progress = std::exchange(posted.progress, std::nullopt);
        mail.batchLogs = posted.batchLogs;
        mail.epochs = std::exchange(posted.epochs, {});
        mail.learned = std::exchange(posted.learned, std::nullopt);
        mail.loaded = std::exchange(posted.loaded, nullptr);
        mail.done = posted.done;
        mail.notice = std::exchange(posted.notice, {});
    }
    if (mail.loaded) {
        m_check->take(mail.loaded);
        m_worker->run.graphHash = graphHash(m_worker->job.project);
        m_worker->run.dataHash = mail.loaded->hash;
        m_worker->run.steps = fittedSteps(*mail.loaded->data);
    }
    if (!mail.notice.isEmpty()) {
        Q_EMIT noticed(mail.notice);
    }
    if (mail.preparation >= 0) {
        m_preparation = mail.preparation;
        Q_EMIT progressed();
    }
    if (mail.prepared && m_state == State::preparing) {
        setState(State::training);
    }
    if (mail.progress) {
        m_progress = *mail.progress;
        m_batchLogs = mail.batchLogs;
        Q_EMIT progressed();
    }
    if (!mail.epochs.empty()) {
        m_history.insert(m_history.end(), mail.epochs.begin(), mail.epochs.end());
        if (mail.learned && !mail.done) {
            adopt(*m_worker, mail.learned->weights, mail.learned->optimizer);
        }
        Q_EMIT epochFinished();
    }
    if (mail.done) {
        finish();
    }
}

/// A run with a name that no other has.
Run TrainingController::newRun() const {
    const std::vector<Run>& runs = m_document.trained().runs;
    Run run;
    for (std::size_t number = 1; run.id.empty() || std::any_of(runs.begin(), runs.end(), [&](const Run& r) { return r.id == run.id; }); ++number) {
        run.id = "run-" + std::to_string(number);
    }
    run.started = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
    return run;
}

/// What was learned so far becomes the document's, whole: weights, optimizer and curve belong together.
void TrainingController::adopt(Worker& worker, const Weights& weights, const OptimizerState& optimizer) {
    Trained learned{weights, {{m_model, optimizer}}, {}};
    m_document.carrySince(worker.job.carried, learned);
    Trained trained = m_document.trained();
    for (const auto& [key, tensor] : learned.weights) {
        trained.weights[key] = tensor;
    }
    trained.optimizers[m_model] = learned.optimizers.at(m_model);
    worker.run.history = m_history;
    const auto known = std::find_if(trained.runs.begin(), trained.runs.end(), [&](const Run& r) { return r.id == worker.run.id; });
    known == trained.runs.end() ? trained.runs.push_back(worker.run) : void(*known = worker.run);
    m_document.adopt(std::move(trained));
}

void TrainingController::finish() {
    m_timer.stop();
    const std::unique_ptr<Worker> worker = std::move(m_worker);
    worker->thread.join();
    Worker::Mail& mail = worker->mail;
    const bool evaluating = worker->job.evaluating;
    QString error = mail.error;
    if (mail.result) {
        error = QString::fromStdString(mail.result->trouble);
        worker->run.stopped = mail.result->stopped;
        adopt(*worker, mail.result->weights, mail.result->optimizer);
    }
    setState(State::idle);
    if (!error.isEmpty()) {
        Q_EMIT failed(error);
    }
    if (evaluating) {
        if (mail.scores && error.isEmpty() && !mail.stopped) {
            Q_EMIT evaluated(*mail.scores);
        }
    } else {
        Q_EMIT epochFinished();
        Q_EMIT finished(error);
    }
}

void TrainingController::setState(State state) {
    if (m_state != state) {
        m_state = state;
        Q_EMIT stateChanged();
    }
}

} // namespace weft::ui
