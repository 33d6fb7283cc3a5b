// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/losses/loss_type.h"
#include "engine/losses/reduction.h"
#include "engine/metrics/metric_type.h"
#include "engine/model/model.h"
#include "engine/training/train.h"

#include <span>

namespace weft {

struct Batch;

/// Losses and metrics of all outputs, and what they come to over batches: Keras' compile_utils. Not shared between threads, but
/// `evaluate` may run on several at once for different rows.
class Objective {
public:
    struct Metric {
        std::string name; ///< in logs
        DType targetType;
        bool weighted;
        std::unique_ptr<MetricState> state;
    };
    /// One output of the model that has a loss or metrics.
    struct Output {
        std::size_t index; ///< among the model's outputs
        std::string name, lossName;
        TensorSpec target, prediction;
        std::map<std::int64_t, double> classWeights;
        std::vector<Metric> metrics;
        // Of the loss; `op` is null where there is none.
        std::shared_ptr<const LossOp> op;
        Reduction reduction;
        DType targetType;
        double weight;
        std::vector<float> values, factors, gradientFactors, counts; ///< per value of the batch
        bool masked = false;                ///< the prediction comes with a mask
        std::vector<float> metricWeights;   ///< per entry of the mask; of a batch, where it is masked
        double total = 0; ///< of the unweighted loss, times samples
    };

    /// `targets`: specs (batch included) by model output; may be unset where the configuration has neither loss nor metrics for it.
    /// Throws Error where a loss or metric is unknown, has bad parameters, or does not fit.
    Objective(const Model& model, const TrainingConfig& config, const std::vector<std::optional<TensorSpec>>& targets);

    const std::vector<Output>& outputs() const { return m_outputs; }

    /// The prediction's mask, by `outputs()`; null where it has none. Entries per sample are those of the loss' values, or a divisor of them.
    struct Mask {
        const std::uint8_t* entries = nullptr;
        std::int64_t perSample = 1;
    };
    /// True where an output comes with a mask: `begin` must then wait until the predictions are there.
    bool hasMasks() const;
    /// Settles the factors of a batch's losses; gradients are those of the loss times `lossScale`. `masks`: by `outputs()`, or empty.
    /// Allocates nothing after the first batch of the size.
    void begin(const Batch& batch, double lossScale, std::span<const Mask> masks = {});
    /// Losses of these rows of output `i` (of `outputs()`), and the gradient of the total loss by the prediction if `gradient` is not null.
    /// Returns false where a loss is not finite.
    bool evaluate(std::size_t i, const Batch& batch, Rows rows, const float* prediction, float* gradient);
    /// Takes the batch into the running values; `predictions` by `outputs()`. Returns the batch's total loss.
    /// `masks` as for `begin`.
    double end(const Batch& batch, std::span<const float* const> predictions, std::span<const Mask> masks = {});
    /// Only the batch's total loss, as `end` returns it.
    double loss() const;
    /// What regularizers add to the loss of this batch; to be set before `loss` and `end`.
    void setPenalty(double penalty) { m_penalty = penalty; }

    /// Forgets the batches so far.
    void reset();
    /// Running values over the batches since `reset`: `loss` is weighted by batch size. The names are the same on every call.
    const Logs& logs();

private:
    Output makeOutput(const Model& model, std::size_t index, const OutputTraining& training, const TensorSpec& target);
    void addMetrics(Output& output, const std::vector<Object>& metrics, bool weighted, bool named);
    double lossOf(const Output& output) const;
    static SampleWeights metricWeights(Output& output, const Batch& batch, const Metric& metric, Mask mask);

    std::vector<Output> m_outputs;
    std::size_t m_losses = 0;
    double m_total = 0;   ///< of the total loss, times samples
    double m_samples = 0; ///< since reset
    double m_penalty = 0;
    std::int64_t m_rows = 0; ///< of this batch
    std::map<std::string, int> m_names; ///< log names in use, and how often they were asked for
    Logs m_logs;
};

} // namespace weft
