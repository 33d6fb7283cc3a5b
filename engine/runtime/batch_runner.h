// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/plan.h"

#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <vector>

namespace weft {

/// Runs a model forward over any number of rows. Any number of threads may call `run` at once: each takes an idle set of plan and
/// pool, or makes one; sets are kept for the next call.
class BatchRunner {
public:
    /// `weights` in the order of model->weights(). `largestBatch`: rows of one plan; more rows run batch by batch.
    BatchRunner(std::shared_ptr<const Model> model, std::vector<std::shared_ptr<const Tensor>> weights, int threads, std::int64_t largestBatch = 256);
    ~BatchRunner();

    /// One tensor per output. `inputs` in the order of model->inputs(), of the model's types and shapes and of equal rows.
    /// What stateful layers remember begins at zero and is carried from batch to batch of this run. A model that wants batches of a fixed
    /// size gets them; missing rows of the last one are zeros and do not come out. `stop` is asked before each batch.
    std::vector<Tensor> run(std::span<const Tensor* const> inputs, std::stop_token stop = {}) const;

    const Model& model() const { return *m_model; }

private:
    struct Lane;
    std::unique_ptr<Lane> take() const;

    std::shared_ptr<const Model> m_model;
    std::vector<std::shared_ptr<const Tensor>> m_weights;
    std::vector<const float*> m_pointers;
    int m_threads;
    std::int64_t m_largestBatch;
    mutable std::mutex m_mutex;
    mutable std::vector<std::unique_ptr<Lane>> m_idle;
};

} // namespace weft
