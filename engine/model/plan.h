// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/thread_pool.h"
#include "engine/model/model.h"

#include <functional>

namespace weft {

struct PlanOptions {
    std::int64_t batch = 1;
    bool training = false;       ///< book gradients and stashes; dropout on
    bool inputGradients = false; ///< also gradients by float inputs, for probes and tests
    bool asInference = false;    ///< gradients of the model as it predicts: dropout off in spite of `training`
};

/// A model made ready for one batch size and one mode: all memory booked in one arena, order, liveness, chunks and parts settled.
/// A step allocates nothing. Rows of the batch run in chunks of a size that the plan fixed, so results do not depend on the number of threads.
/// Not shared between threads; several plans may run at once over the same model and weights.
class Plan {
public:
    Plan(std::shared_ptr<const Model> model, PlanOptions options, int workers);
    ~Plan();
    Plan(Plan&&) noexcept;
    Plan& operator=(Plan&&) noexcept;

    const Model& model() const;
    const PlanOptions& options() const;
    std::size_t arenaBytes() const;

    /// Where input `i` is to be written before a run: `batch` rows.
    void* input(std::size_t i);
    /// Output `i` after a run.
    const void* output(std::size_t i) const;
    /// Where the row hook writes the gradient of the loss by output `i`. Zero when the hook is called; null for integer outputs.
    float* outputGradient(std::size_t i);
    /// After `backward`: gradient by input `i` (null unless booked and of float type).
    const float* inputGradient(std::size_t i) const;
    /// Weight gradients, by index into model().weights(); null where frozen. Booked by the plan.
    float* weightGradient(std::size_t i);
    /// Value `value` after a run of a plan made for training, all `batch` rows; null in inference, where buffers are reused.
    const void* value(int value) const;

    /// Mask of output `i` after a run: booleans, `batch` rows; null where it has none.
    const std::uint8_t* outputMask(std::size_t i) const;
    /// After `step`: the new value of a weight that is not trained by gradients (a moving mean); null for all others and where frozen.
    const float* newWeight(std::size_t i) const;
    /// Where stateful layers find and leave what they remember: one pointer per model().states(), to (batch, size) floats that must live
    /// until the next call. Needed before the first run of a model that has states.
    void bindStates(float* const* states);

    /// What the loss is multiplied by before gradients are taken, for layers whose outputs cost something by themselves. At first 0: they cost nothing.
    void setLossScale(double scale);

    /// Called for a chunk of rows, between forward and backward of these rows, on a worker: computes losses and output gradients.
    using RowHook = std::function<void(Rows rows, int worker)>;
    /// Called for elements `elements.begin`..`elements.end` of trainable weight `weight` (an index into model().weights()), when their
    /// gradient is complete: updates them while the gradient is in cache. Every element comes once per step; on a worker.
    using WeightHook = std::function<void(std::size_t weight, Rows elements, int worker)>;

    /// Forward only. `weights`: one pointer per model().weights().
    void forward(ThreadPool& pool, const float* const* weights, std::uint64_t seed, std::uint64_t step);
    /// Forward, hook and backward in one sweep per chunk, then weight gradients with their hook, part by part.
    /// An empty weight hook leaves the gradients to be read. Random numbers are those of (seed, step).
    /// `whole`, if not empty, is called once when the outputs of all rows are there, before the first row hook: for losses that need to know
    /// how much of the batch counts.
    void step(ThreadPool& pool, const float* const* weights, std::uint64_t seed, std::uint64_t step, const RowHook& between, const WeightHook& after,
              const std::function<void()>& whole = {});

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace weft
