// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/layer_states.h"
#include "engine/model/plan.h"
#include "engine/training/batch.h"
#include "engine/training/objective.h"
#include "engine/training/updater.h"
#include "engine/training/weight_rules.h"

namespace weft {

/// A model with its weights, optimizer, losses and metrics: runs single batches. `train()` and `evaluate()` are loops over it.
/// Used by one thread; owns a pool. Results do not depend on the number of threads.
class Trainer {
public:
    /// `weights` must hold all of the model's. `threads` 0: all, but one alone for models so small that waking others costs more than it gains.
    /// Throws Error where optimizer or weights do not fit.
    Trainer(std::shared_ptr<const Model> model, TrainingConfig config, const Weights& weights, const OptimizerState& state = {}, int threads = 0);
    ~Trainer();

    // --- By tensors. In the model's order; an output without target has an empty tensor; sample weights may be left out. Throws Error. ---

    /// One step, as Keras' train_on_batch. Returns logs of the batches since resetMetrics().
    Logs trainOnBatch(std::span<const Tensor> inputs, std::span<const Tensor> targets, std::span<const Tensor> sampleWeights = {});
    /// As Keras' test_on_batch: no step, class weights do not count.
    Logs testOnBatch(std::span<const Tensor> inputs, std::span<const Tensor> targets, std::span<const Tensor> sampleWeights = {});
    struct Gradients {
        double loss = 0;
        std::vector<Tensor> weights; ///< by model().weights(); empty where frozen or out of reach
    };
    /// What a step would do, without doing it: gradients of the total loss, before clipping and decay.
    Gradients gradients(std::span<const Tensor> inputs, std::span<const Tensor> targets, std::span<const Tensor> sampleWeights = {});
    /// One tensor per output. Stateful layers begin at zero and are left as they were.
    std::vector<Tensor> predictOnBatch(std::span<const Tensor> inputs);

    // --- By batches that were laid out before; nothing is allocated after the first step with as many rows. ---

    /// Settles losses and metrics for these targets; must precede bookBatch and steps. `inputs`: shapes of the data, for a model with open sizes.
    Objective& prepare(const std::vector<std::optional<TensorSpec>>& targets, std::span<const Shape> inputs = {});
    /// Returns the batch's total loss; where it is not finite, weights stay as they were.
    double step(const Batch& batch);
    double test(const Batch& batch);

    const Model& model() const { return *m_model; }
    /// Rows that every batch must have; kUnknown: any.
    std::int64_t fixedBatch() const { return m_model->fixedBatch(); }
    /// What stateful layers remember is carried from batch to batch, by steps, tests and predictions alike; nothing else sets it back to zero.
    void resetStates() { m_states.reset(); }
    void resetMetrics();
    const Logs& logs();

    /// Copies of the model's weights as they are.
    Weights weights() const;
    /// `epoch` and `batch` are 0.
    OptimizerState optimizerState() const { return m_updater.state(); }
    std::int64_t iteration() const { return m_updater.iteration(); }
    /// Weights become their moving average, where the optimizer keeps one. To be called once, at the very end.
    void finish() { m_updater.finish(); }

private:
    /// Probing: a plan made for training, so that every value can be read, that does as in inference.
    enum class Mode { predicting, training, probing };
    Plan& plan(const Batch& batch, Mode mode);
    const Batch& batchOf(std::span<const Tensor> inputs, std::span<const Tensor> targets, std::span<const Tensor> sampleWeights, bool classWeights);
    void load(Plan& plan, const Batch& batch);
    double run(const Batch& batch, bool update);
    void begin(double lossScale);

    std::shared_ptr<const Model> m_model;
    TrainingConfig m_config;
    Updater m_updater;
    WeightRules m_rules;
    ThreadPool m_pool;
    std::unique_ptr<Objective> m_objective;
    std::vector<std::optional<TensorSpec>> m_targets;
    LayerStates m_states;
    struct PlanKey {
        const Model* model; ///< for the shapes of the batch, where some are open
        std::int64_t rows;
        Mode mode;
        friend auto operator<=>(const PlanKey&, const PlanKey&) = default;
    };
    std::map<PlanKey, Plan> m_plans;
    std::unique_ptr<Batch> m_batch; ///< of the functions by tensors
    std::vector<const float*> m_predictions;
    std::vector<Objective::Mask> m_masks;
    std::vector<float*> m_gradients;
    std::vector<Shape> m_shapes; ///< of a batch's inputs
    struct Current;
    std::unique_ptr<Current> m_current;
    std::function<void()> m_whole; ///< empty: no output has a mask
    Plan::RowHook m_losses;
    Plan::WeightHook m_update;
};

/// Threads worth waking for a batch of this model; at most `threads` (0: all of the machine's).
int usefulThreads(const Model& model, std::int64_t batch, bool training, int threads);

/// The weights of the model, in its order. Throws Error naming the first that is missing or has another shape.
std::vector<std::shared_ptr<const Tensor>> weightTensors(const Model& model, const Weights& weights);

} // namespace weft
