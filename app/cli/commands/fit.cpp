// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"
#include "app/cli/opened_data.h"
#include "app/cli/opened_model.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/io/project_file.h"
#include "engine/project/project_json.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

namespace weft::commands {

namespace {

volatile std::sig_atomic_t interrupted = 0;

/// The first Ctrl+C asks to stop and save; the second ends the program at once.
void onInterrupt(int signal) {
    interrupted = 1;
    std::signal(signal, SIG_DFL);
}

/// Keras' time per step: `2ms/step`.
std::string timePerStep(double seconds) {
    char text[64];
    if (seconds >= 1 || seconds == 0) {
        std::snprintf(text, sizeof text, "%.0fs/step", seconds);
    } else if (seconds >= 1e-3) {
        std::snprintf(text, sizeof text, "%.0fms/step", seconds * 1e3);
    } else {
        std::snprintf(text, sizeof text, "%.0fus/step", seconds * 1e6);
    }
    return text;
}

/// Prints what Keras' `fit(verbose=2)` prints, and passes Ctrl+C on.
class Printer : public TrainObserver {
public:
    /// `offset`: what is to be added to the training's own epoch numbers, `epochs`: the number to count up to.
    Printer(std::ostream& out, std::stop_source& stop, std::int64_t offset, std::int64_t epochs)
        : m_out(out), m_stop(stop), m_offset(offset), m_epochs(epochs) {}

    void onBatch(const TrainProgress& progress, const Logs& logs) override {
        if (interrupted) {
            m_stop.request_stop();
        }
        begin(progress);
        const auto left = static_cast<std::int64_t>(progress.secondsLeft + 0.5);
        m_line.show(progress.batch, progress.batches,
                    cat(progress.batch, "/", progress.batches, ", ", left, " s left", cli::logsText(logs)));
    }

    void onEpoch(const TrainProgress& progress, const Logs& logs, const Weights&, const OptimizerState&) override {
        m_line.clear();
        const double seconds = cli::now() - m_begin;
        char whole[32];
        std::snprintf(whole, sizeof whole, "%.0fs", seconds);
        const auto batches = std::max<std::int64_t>(1, progress.batches);
        m_out << progress.batches << "/" << progress.batches << " - " << whole << " - "
              << timePerStep(seconds / static_cast<double>(batches)) << cli::logsText(logs) << std::endl;
        m_epoch = -1;
        m_begin = cli::now();
    }

    void end() { m_line.clear(); }

private:
    void begin(const TrainProgress& progress) {
        if (m_epoch == progress.epoch) {
            return;
        }
        m_epoch = progress.epoch;
        m_out << "Epoch " << progress.epoch + m_offset + 1 << "/" << m_epochs << std::endl;
    }

    std::ostream& m_out;
    std::stop_source& m_stop;
    std::int64_t m_offset, m_epochs;
    cli::ProgressLine m_line;
    std::int64_t m_epoch = -1;
    double m_begin = cli::now();
};

/// The configuration in force: `base` and what the command line says.
TrainingConfig configure(TrainingConfig base, const cli::Arguments& arguments) {
    base.epochs = arguments.integer("--epochs", 1).value_or(base.epochs);
    base.batchSize = arguments.integer("--batch-size", 1).value_or(base.batchSize);
    base.shuffle = base.shuffle && !arguments.has("--no-shuffle");
    base.resetStates = base.resetStates || arguments.has("--reset-states");
    if (const auto seed = arguments.integer("--seed", 0)) {
        base.seed = static_cast<std::uint64_t>(*seed);
    }
    return base;
}

/// The last training of a model; null if there was none.
Run* lastRun(Trained& trained, ModelId model) {
    const auto found = std::find_if(trained.runs.rbegin(), trained.runs.rend(), [&](const Run& run) { return run.model == model; });
    return found == trained.runs.rend() ? nullptr : &*found;
}

std::string utcNow() {
    const std::time_t time = std::time(nullptr);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&time));
    return text;
}

/// As Keras' CSVLogger: one line per epoch, counted from 0.
std::string historyCsv(const std::vector<Logs>& history) {
    std::set<std::string> names;
    for (const Logs& logs : history) {
        for (const auto& [name, value] : logs) {
            names.insert(name);
        }
    }
    std::string out = "epoch";
    for (const std::string& name : names) {
        out += cat(",", name);
    }
    out += "\n";
    std::int64_t epoch = 0;
    for (const Logs& logs : history) {
        out += cat(epoch++);
        for (const std::string& name : names) {
            const auto found = logs.find(name);
            out += cat(",", found == logs.end() ? std::string() : shortest(found->second));
        }
        out += "\n";
    }
    return out;
}

/// An entry of the history as JSON, which has no word for NaN.
nlohmann::json historyJson(const std::vector<Logs>& history) {
    nlohmann::json out = nlohmann::json::array();
    for (const Logs& logs : history) {
        nlohmann::json entry = nlohmann::json::object();
        for (const auto& [name, value] : logs) {
            entry[name] = std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
        }
        out.push_back(std::move(entry));
    }
    return out;
}

void printResult(const cli::Arguments& arguments, const Run& run, const std::filesystem::path& target) {
    if (arguments.json()) {
        cli::printJson({{"model", run.modelName}, {"file", pathText(target)}, {"stopped", run.stopped}, {"history", historyJson(run.history)}});
    }
}

/// What is written after training must not fail then.
void requireOutputs(const cli::Arguments& arguments, const std::filesystem::path& project, const std::filesystem::path& target) {
    const auto same = [](const std::filesystem::path& a, const std::filesystem::path& b) {
        std::error_code ignored;
        const auto whole = [&](const std::filesystem::path& path) { // absolute first: a relative path of no file would stay relative
            return std::filesystem::weakly_canonical(std::filesystem::absolute(path), ignored);
        };
        return whole(a) == whole(b);
    };
    if (arguments.has("-o") && same(target, project)) {
        throw cli::UsageError(cat("-o names the project itself, ", pathText(project), "; without -o the training is saved there."));
    }
    if (arguments.has("--history")) {
        const std::filesystem::path history = arguments.path("--history");
        if (same(history, project) || same(history, target)) {
            throw cli::UsageError(cat("--history would overwrite the project ", pathText(history), "; name another file."));
        }
        requireWritable(history);
    }
    requireWritable(target);
}

int run(const cli::Arguments& arguments) {
    cli::OpenedModel opened = cli::openModel(arguments);
    if (opened.kind != cli::OpenedModel::Kind::project) {
        throw Error(cat(pathText(opened.path), " is a model, not a project; weft fit trains projects."));
    }
    Project& project = opened.file.project;
    Trained& trained = opened.file.trained;
    const std::filesystem::path target = arguments.has("-o") ? arguments.path("-o") : opened.path;
    requireOutputs(arguments, opened.path, target);
    cli::rebase(project.data, opened.path, target);
    cli::rebind(project.data, arguments, target);
    if (const auto changed = cli::refresh(project.data, target); !changed.empty()) {
        cli::note(cat("warning: ", changed.size() == 1 ? "the file of the data source " : "the files of the data sources ", join(changed, ", "),
                      changed.size() == 1 ? " is" : " are", " not what the project was saved with; training goes on with what is there now."));
    }

    Run* run = arguments.has("--resume") ? lastRun(trained, opened.id) : nullptr;
    if (arguments.has("--resume") && !run) {
        throw Error(cat("There is nothing to resume: ", opened.def().name, " was never trained."));
    }
    TrainRequest request;
    request.model = Model::build(project.graphs, project.root, opened.id);
    request.config = proposeTraining(*request.model, configure(run ? run->config : opened.training(), arguments), project.data);
    if (const auto why = obstacles(*request.model, request.config, project.data); !why.empty()) {
        throw Error(why.front());
    }
    if (const std::int64_t fixed = request.model->fixedBatch(); arguments.has("--batch-size") && fixed != kUnknown && request.config.batchSize != fixed) {
        cli::note(cat("note: the model's Input fixes the batch size to ", fixed, "; --batch-size ", request.config.batchSize, " is not used."));
    }
    request.optimizer = trained.optimizers[opened.id];
    if (!run) {
        request.optimizer.batch = 0; // an epoch that was broken off stays so
        run = &trained.runs.emplace_back(
            Run{cat("run-", trained.runs.size() + 1), opened.id, request.model->name(), request.config, {}, utcNow(), false, {}, {}, {}});
    }
    run->config = request.config;
    run->graphHash = graphHash(project);
    run->dataHash = dataHash(project.data);
    const std::int64_t epochs = request.config.epochs;
    const auto done = static_cast<std::int64_t>(run->history.size());
    if (done >= epochs) {
        cli::note(cat("All ", epochs, " epochs are done; --epochs with a larger number trains on."));
        printResult(arguments, *run, target);
        return 0;
    }
    request.config.epochs = epochs - done;
    initialize(*request.model, request.config.seed, trained.weights);
    request.weights = trained.weights;
    request.threads = arguments.threads();

    request.data = cli::loadData(project.data, target);
    run->steps = fittedSteps(*request.data);
    std::stop_source stop;
    if (request.optimizer.batch > 0) {
        cli::note(cat("note: epoch ", done + 1, " was broken off after batch ", request.optimizer.batch,
                      "; the numbers printed for it are those of the batches from there on."));
    }
    std::signal(SIGINT, onInterrupt);
    Printer printer(arguments.json() ? std::cerr : std::cout, stop, done - request.optimizer.epoch, epochs);
    TrainResult result = train(request, stop.get_token(), &printer);
    printer.end();
    std::signal(SIGINT, SIG_IGN); // what was learned is now being saved

    for (auto& [key, weight] : result.weights) {
        trained.weights[key] = std::move(weight);
    }
    trained.optimizers[opened.id] = std::move(result.optimizer);
    run->history.insert(run->history.end(), result.history.begin(), result.history.end());
    run->stopped = result.stopped;
    saveProject(target, opened.file);
    if (arguments.has("--history")) {
        writeFile(arguments.path("--history"), historyCsv(run->history));
    }
    if (result.stopped) {
        cli::note(cat("Stopped after ", run->history.size(), " of ", epochs, " epochs and saved; `weft fit --resume` goes on."));
    }
    printResult(arguments, *run, target);
    if (!result.trouble.empty()) {
        throw Error(result.trouble);
    }
    return 0;
}

} // namespace

cli::Command fit() {
    return {"fit",
            "P.weft",
            "Trains a model and saves weights, optimizer state and history into the project.",
            "A project that was trained before is trained on, as when Keras' fit is called again: its weights and the optimizer's state go "
            "on,\n"
            "epochs are counted anew. With --resume the epochs of the last run are counted on to their end, as after an interruption.\n"
            "Ctrl+C stops at the next batch and saves.",
            {{"--model", "NAME", "Which model, where there are several."},
             {"--epochs", "N", "Epochs to train (default: the project's)."},
             {"--batch-size", "N", "Samples per update (default: the project's)."},
             {"--no-shuffle", "", "Take the samples in their order."},
             {"--reset-states", "", "Let stateful layers forget at the start of every epoch what they remember."},
             {"--data", "NAME=FILE", "This file in place of the source NAME; the project refers to it from then on.", true},
             {"--resume", "", "Go on with the last run to the end of its epochs."},
             {"--history", "H.csv", "Write the values of every epoch here, as Keras' CSVLogger does."},
             {"-o", "OUT.weft", "Save here; the project stays as it is."}},
            run};
}

} // namespace weft::commands
