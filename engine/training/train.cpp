// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/training/batches.h"
#include "engine/training/rows.h"
#include "engine/training/trainer.h"

#include <array>
#include <chrono>
#include <cmath>
#include <numeric>

namespace weft {
namespace {

using Clock = std::chrono::steady_clock;

/// A model whose Input fixes the batch size is trained on batches of that size, ...
TrainingConfig forBatchesOf(const Model& model, TrainingConfig config) {
    config.batchSize = model.fixedBatch() == kUnknown ? config.batchSize : model.fixedBatch();
    return config;
}

/// ... and rows that fill no batch are left out, where Keras would refuse them.
std::int64_t wholeBatches(const Model& model, std::int64_t rows) { return model.fixedBatch() == kUnknown ? rows : rows / model.fixedBatch() * model.fixedBatch(); }

TrainingRows wholeBatches(const Model& model, TrainingRows rows) {
    rows.training = wholeBatches(model, rows.training);
    rows.validation = wholeBatches(model, rows.validation);
    if (rows.training == 0) {
        throw Error(cat("The model's Input fixes the batch size to ", model.fixedBatch(), ", but there are fewer rows to train on."));
    }
    return rows;
}

/// Where a run can go back to when the loss stops being a number.
struct Backup {
    Weights weights;
    OptimizerState optimizer;
};

/// One call of train().
class Run {
public:
    Run(const TrainRequest& request, std::stop_token stop, TrainObserver* observer)
        : m_config(forBatchesOf(*request.model, request.config)), m_stop(std::move(stop)), m_observer(observer),
          m_rows(wholeBatches(*request.model, splitRows(m_config, *request.data))),
          m_trainer(request.model, m_config, request.weights, request.optimizer, request.threads),
          m_objective(m_trainer.prepare(BatchSource::targets(*request.model, m_config, request.data->train),
                                        BatchSource::inputs(*request.model, m_config, request.data->train))),
          m_source(*request.model, m_config, request.data->train, m_objective, true, std::min(m_config.batchSize, m_rows.training)),
          m_batches{m_source.book(), m_source.book()}, m_ahead(usefulThreads(*request.model, m_source.batchSize(), true, 2) > 1) {
        if (m_rows.validation > 0) {
            m_validation = std::make_unique<BatchSource>(*request.model, m_config, request.data->train, m_objective, false, std::min(m_config.batchSize, m_rows.validation));
            m_validationBatches = std::make_unique<std::array<Batch, 2>>(std::array{m_validation->book(), m_validation->book()});
            m_validationRows.resize(static_cast<std::size_t>(m_rows.validation));
            std::iota(m_validationRows.begin(), m_validationRows.end(), m_rows.firstValidation);
        }
        const bool goesOn = m_trainer.iteration() > 0 || request.optimizer.type.empty();
        m_progress.epoch = request.optimizer.epoch;
        m_progress.batches = (m_rows.training + m_source.batchSize() - 1) / m_source.batchSize();
        m_progress.batch = goesOn && request.optimizer.batch < m_progress.batches ? request.optimizer.batch : 0;
        m_progress.epochs = m_progress.epoch + m_config.epochs;
    }

    TrainResult run() {
        m_candidate = now();
        m_good = m_candidate;
        bool goes = true;
        while (goes && m_progress.epoch < m_progress.epochs) {
            goes = epoch();
        }
        if (m_result.trouble.empty()) {
            m_trainer.finish();
            m_good = now();
        }
        m_result.weights = std::move(m_good.weights);
        m_result.optimizer = std::move(m_good.optimizer);
        return std::move(m_result);
    }

private:
    Backup now() const {
        Backup out{m_trainer.weights(), m_trainer.optimizerState()};
        out.optimizer.epoch = m_progress.epoch;
        out.optimizer.batch = m_progress.batch;
        return out;
    }

    /// False where training is to end.
    bool epoch() {
        m_order.resize(static_cast<std::size_t>(m_rows.training));
        std::iota(m_order.begin(), m_order.end(), std::int64_t{0});
        if (m_config.shuffle) {
            shuffle(m_config.seed, m_progress.epoch, m_order);
        }
        m_trainer.resetMetrics();
        if (m_config.resetStates) {
            m_trainer.resetStates();
        }
        const Clock::time_point start = Clock::now();
        const std::int64_t first = m_progress.batch;
        BatchWalk walk(m_source, m_order, first, m_ahead, m_batches);
        while (const Batch* batch = walk.next()) {
            if (m_stop.stop_requested()) {
                m_result.stopped = true;
                return false;
            }
            const double loss = m_trainer.step(*batch);
            if (!std::isfinite(loss)) {
                m_result.trouble = cat("The loss became ", std::isnan(loss) ? "NaN" : "infinite", " in epoch ", m_progress.epoch + 1, ", batch ",
                                       m_progress.batch + 1, "; training ended there, with the weights that it had at the start of epoch ",
                                       m_good.optimizer.epoch + 1, ". A smaller learning rate often helps.");
                return false;
            }
            if (m_progress.batch++ == first) {
                m_good = m_candidate;
            }
            report(start, m_progress.batch - first);
        }
        m_logs = m_trainer.logs();
        // Stopped on the way through validation: the epoch's steps are all done, it just has no scores.
        m_result.stopped = m_validation && !validate();
        ++m_progress.epoch;
        m_progress.batch = 0;
        m_result.history.push_back(m_logs);
        m_candidate = now();
        if (m_observer) {
            m_observer->onEpoch(m_progress, m_logs, m_candidate.weights, m_candidate.optimizer);
        }
        return !m_result.stopped;
    }

    bool validate() {
        m_trainer.resetMetrics();
        BatchWalk walk(*m_validation, m_validationRows, 0, m_ahead, *m_validationBatches);
        while (const Batch* batch = walk.next()) {
            if (m_stop.stop_requested()) {
                return false;
            }
            m_trainer.test(*batch);
        }
        for (const auto& [name, value] : m_trainer.logs()) {
            m_logs["val_" + name] = value;
        }
        return true;
    }

    void report(Clock::time_point start, std::int64_t batches) {
        if (!m_observer) {
            return;
        }
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        const double perBatch = seconds / static_cast<double>(batches);
        const std::int64_t left = m_progress.batches - m_progress.batch + (m_progress.epochs - m_progress.epoch - 1) * m_progress.batches;
        m_progress.samplesPerSecond = perBatch > 0 ? static_cast<double>(m_source.batchSize()) / perBatch : 0;
        m_progress.secondsLeft = perBatch * static_cast<double>(left);
        m_observer->onBatch(m_progress, m_trainer.logs());
    }

    TrainingConfig m_config;
    std::stop_token m_stop;
    TrainObserver* m_observer;
    TrainingRows m_rows;
    Trainer m_trainer;
    Objective& m_objective;
    BatchSource m_source;
    std::array<Batch, 2> m_batches;
    bool m_ahead;
    std::unique_ptr<BatchSource> m_validation;
    std::unique_ptr<std::array<Batch, 2>> m_validationBatches;
    std::vector<std::int64_t> m_order, m_validationRows;
    TrainProgress m_progress;
    Logs m_logs;
    Backup m_candidate; ///< at the start of this epoch
    Backup m_good;      ///< the last of those that gave a finite loss
    TrainResult m_result;
};

void requireNumbers(const TrainingConfig& config) {
    if (config.batchSize < 1 || config.epochs < 0) {
        throw Error(cat("The batch size must be at least 1 and the epochs not negative; they are ", config.batchSize, " and ", config.epochs, "."));
    }
}

/// The least that training takes: the weights as they were and as they become, and a gradient of each that is trained.
void requireRoom(const Model& model) {
    const auto numbers = 2.0 * static_cast<double>(model.parameters()) + static_cast<double>(model.trainableParameters());
    requireMemory(4.0 * numbers, cat("Training the ", withThousands(model.parameters()), " weights of ", model.name(), " needs"));
}

} // namespace

void TrainObserver::onBatch(const TrainProgress&, const Logs&) {}
void TrainObserver::onEpoch(const TrainProgress&, const Logs&, const Weights&, const OptimizerState&) {}

TrainResult train(const TrainRequest& request, std::stop_token stop, TrainObserver* observer) {
    requireNumbers(request.config);
    requireRoom(*request.model);
    return Run(request, std::move(stop), observer).run();
}

Logs evaluate(const Model& model, const TrainingConfig& config, const Dataset& data, DataPart part, const Weights& weights, int threads,
              std::stop_token stop) {
    requireNumbers(config);
    const bool isTest = part == DataPart::test;
    const TrainingRows split = isTest ? TrainingRows{} : splitRows(config, data);
    const std::int64_t first = part == DataPart::validation ? split.firstValidation : 0;
    const std::int64_t count = wholeBatches(model, isTest ? data.testRows : part == DataPart::validation ? split.validation : split.training);
    if (count <= 0) {
        throw Error(isTest ? "The data have no rows to test on." : "The data have no rows to validate on; set a validation split.");
    }
    const auto& columns = isTest ? data.test : data.train;
    const std::shared_ptr<const Model> shared(std::shared_ptr<const Model>(), &model); // the caller keeps it
    TrainingConfig scoring = forBatchesOf(model, config);
    scoring.optimizer = {"SGD", {}}; // keeps nothing beside the weights
    Trainer trainer(shared, scoring, weights, {}, threads);
    const Objective& objective = trainer.prepare(BatchSource::targets(model, config, columns), BatchSource::inputs(model, config, columns));
    BatchSource source(model, config, columns, objective, false, std::min(scoring.batchSize, count));
    std::array<Batch, 2> batches{source.book(), source.book()};
    std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
    std::iota(rows.begin(), rows.end(), first);
    BatchWalk walk(source, rows, 0, usefulThreads(model, source.batchSize(), false, 2) > 1, batches);
    while (const Batch* batch = walk.next()) {
        if (stop.stop_requested()) {
            break;
        }
        trainer.test(*batch);
    }
    return trainer.logs();
}

} // namespace weft
