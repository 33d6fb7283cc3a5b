// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/thread_pool.h"
#include "engine/data/dataset.h"
#include "engine/model/model.h"
#include "engine/training/training_config.h"

#include <optional>
#include <stop_token>

namespace weft {

/// Names and values in the order in which Keras prints them: `accuracy`, `loss`, `val_accuracy`, `val_loss` (sorted by name).
using Logs = std::map<std::string, double>;

struct TrainProgress {
    std::int64_t epoch = 0;  ///< of this run's numbering, from 0; a resumed run goes on counting
    std::int64_t epochs = 0; ///< where it will end
    std::int64_t batch = 0;  ///< batches done in this epoch
    std::int64_t batches = 0;
    double samplesPerSecond = 0;
    double secondsLeft = 0;
};

/// Hears what a training does, on the training's own thread. Must be quick.
class TrainObserver {
public:
    virtual ~TrainObserver() = default;
    /// Running values inside the epoch, as a progress bar shows them.
    virtual void onBatch(const TrainProgress& progress, const Logs& logs);
    /// The epoch's logs, validation included; weights and optimizer as they are now, so that what is saved here can be gone on from.
    virtual void onEpoch(const TrainProgress& progress, const Logs& logs, const Weights& weights, const OptimizerState& optimizer);
};

struct TrainRequest {
    std::shared_ptr<const Model> model;
    /// `config.epochs` more epochs are run, whatever was done before; an epoch that was stopped half way is finished as the first of them.
    /// The same configuration, data and seed then give the same weights as a run without a break, bit for bit.
    TrainingConfig config;
    std::shared_ptr<const Dataset> data;
    Weights weights;            ///< complete; see initialize()
    OptimizerState optimizer;   ///< of an earlier run to go on from, or empty
    int threads = 0;            ///< 0: all
};

struct TrainResult {
    Weights weights;
    OptimizerState optimizer;
    std::vector<Logs> history; ///< one per finished epoch of this run
    bool stopped = false;      ///< by the stop token; weights are as after the last batch
    /// Set where the loss became NaN or infinite: training ended there; weights and optimizer are those of the last beginning of an epoch
    /// that still gave a finite loss.
    std::string trouble;
};

/// What stands between this configuration and training, each a whole sentence; empty: nothing. Cheap: reads no file.
std::vector<std::string> obstacles(const Model& model, const TrainingConfig& config, const DataSpec& data);

/// An input or output of a model that the data bound to it do not suit.
struct Misfit {
    bool isInput = false;
    std::string port;           ///< name of the input or output
    std::string message;        ///< one whole sentence
    std::optional<Shape> shape; ///< of an input: what the data have, without the batch
};
/// Every end of the model at which shapes, labels, weights or metrics do not suit. What is missing or not chosen is for `obstacles` to say.
/// Of large targets only the first rows are looked at.
std::vector<Misfit> misfits(const Model& model, const TrainingConfig& config, const std::map<std::string, Column>& columns);

/// The configuration with what can be guessed filled in: losses, metrics and targets by the outputs' shapes and the data's columns.
TrainingConfig proposeTraining(const Model& model, const TrainingConfig& config, const DataSpec& data);

/// Keras' fit. Runs on the calling thread (and its own pool), asks `stop` once per batch. Throws Error where data do not fit the model.
TrainResult train(const TrainRequest& request, std::stop_token stop = {}, TrainObserver* observer = nullptr);

/// Keras' evaluate: losses and metrics over one part of the data.
enum class DataPart { train, validation, test };
Logs evaluate(const Model& model, const TrainingConfig& config, const Dataset& data, DataPart part, const Weights& weights, int threads = 0,
              std::stop_token stop = {});

/// Keras' predict, batch by batch: one tensor per output. `inputs` by input name, equal numbers of rows.
std::vector<Tensor> predict(const Model& model, const Weights& weights, const std::map<std::string, Tensor>& inputs, std::int64_t batchSize = 256,
                            int threads = 0, std::stop_token stop = {});

} // namespace weft
