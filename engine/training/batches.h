// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/data/dataset.h"
#include "engine/training/batch.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace weft {

/// Fills batches from the columns that a configuration names. Immutable; one thread fills at a time.
class BatchSource {
public:
    /// Specs of targets, by model output, for Trainer::prepare. Throws Error where a column is missing.
    static std::vector<std::optional<TensorSpec>> targets(const Model& model, const TrainingConfig& config, const std::map<std::string, Column>& columns);

    /// Shapes of the inputs' data, likewise.
    static std::vector<Shape> inputs(const Model& model, const TrainingConfig& config, const std::map<std::string, Column>& columns);

    /// Throws Error where a column is missing or does not fit. References must live as long as the source.
    BatchSource(const Model& model, const TrainingConfig& config, const std::map<std::string, Column>& columns, const Objective& objective,
                bool classWeights, std::int64_t batchSize);

    std::int64_t batchSize() const { return m_batchSize; }
    Batch book() const;
    /// Throws Error where a row does not fit.
    void fill(std::span<const std::int64_t> rows, Batch& batch);

private:
    /// Cuts an input's sequences to the longest of the batch. Where the model leaves a sequence's length open and the data say what fills up.
    void cut(std::size_t input, Batch& batch) const;
    void gather(const Column& column, std::span<const std::int64_t> rows, void* out, DType type, Tensor& staging) const;

    const Model& m_model;
    std::shared_ptr<const Model> m_open; ///< the model for the shapes of the data, where it leaves some open
    const Objective& m_objective;
    bool m_classWeights;
    std::int64_t m_batchSize;
    BatchSpecs m_specs;
    std::vector<const Column*> m_inputs, m_targets, m_weights;
    std::vector<std::optional<double>> m_padding; ///< by input: what fills up its sequences, where they may be cut
    std::vector<Tensor> m_inputStaging, m_weightStaging; ///< where a column's dtype is not the one that is wanted
};

/// The rows 0..count-1 in the order of an epoch: the same for the same seed and epoch.
void shuffle(std::uint64_t seed, std::int64_t epoch, std::vector<std::int64_t>& rows);

/// Walks over rows batch by batch and lays out the next one on a thread of its own while the caller works on this one.
class BatchWalk {
public:
    /// `first`: batches to leave out at the beginning. `ahead` false: no thread. `batches` are two, booked by the source; they and the rows must
    /// live as long as the walk.
    BatchWalk(BatchSource& source, std::span<const std::int64_t> rows, std::int64_t first, bool ahead, std::span<Batch, 2> batches);
    ~BatchWalk();
    BatchWalk(const BatchWalk&) = delete;
    BatchWalk& operator=(const BatchWalk&) = delete;

    /// The next batch, valid until the next call; null at the end. Throws what filling it threw.
    const Batch* next();

private:
    void fill(std::int64_t batch);
    void work(std::int64_t first);

    BatchSource& m_source;
    std::span<const std::int64_t> m_rows;
    std::span<Batch, 2> m_batches;
    std::int64_t m_next;  ///< batch that next() will give
    std::int64_t m_count; ///< batches in all
    bool m_ahead;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::int64_t m_filled = 0; ///< batches before this one are laid out
    std::int64_t m_inUse;      ///< batches before this one are done with
    std::exception_ptr m_failure;
    bool m_over = false;
    std::thread m_thread;
};

} // namespace weft
