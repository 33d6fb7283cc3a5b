// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/layer_type.h"

namespace weft {

/// Weights of a batch: none (`numbers` null: each 1), one per sample, or `perSample` of them, each for an equal share of the sample's values.
struct SampleWeights {
    const float* numbers = nullptr;
    std::int64_t perSample = 1;
};

/// A metric's running value over batches, as Keras keeps it. Not shared between threads.
class MetricState {
public:
    virtual ~MetricState() = default;
    virtual void reset() = 0;
    virtual void update(std::int64_t batch, const void* target, const float* prediction, SampleWeights weights) = 0;
    virtual double result() const = 0;
    /// Where Keras' result is a list (one number for each class or threshold), that list; `result` is then its mean, for curves.
    virtual std::vector<double> results() const { return {result()}; }
};

/// One kind of metric, in one file of `engine/metrics`.
struct MetricType {
    std::string name;  ///< Keras' class: `SparseCategoricalAccuracy`
    std::string title;
    std::string help;
    std::vector<std::string> aliases; ///< `sparse_categorical_accuracy`
    std::string shortName;            ///< the name in logs: `sparse_categorical_accuracy`
    Schema schema;                    ///< includes `name`
    bool higherIsBetter = false;
    DType targetType = DType::float32;
    std::function<std::string(const ParamMap& params, const TensorSpec& target, const TensorSpec& prediction)> check;
    std::function<std::unique_ptr<MetricState>(const ParamMap& params, const TensorSpec& target, const TensorSpec& prediction)> build;
    /// For the contract tests; `classes` > 0: the target holds class numbers.
    struct Example {
        ParamMap params;
        TensorSpec target, prediction;
        int classes = 0;
    };
    std::vector<Example> examples;
};

const std::vector<MetricType>& metricTypes();
/// By class name or alias; null if there is none.
const MetricType* findMetricType(std::string_view name);

/// What Keras 3 makes of the strings "accuracy" and "acc" for an output: binary, categorical or sparse categorical accuracy, by the
/// shapes of target and prediction (`compile_utils.get_metric`; the loss has no say), called as the string. Other objects come back as they are.
Object resolveMetric(const Object& metric, const TensorSpec& target, const TensorSpec& prediction);

/// The name under which a metric stands in logs: its parameter `name`, else the string that it was asked for by (`mse`), else the record's
/// short name (`mean_squared_error`). Output names and the counting of equal ones come on top.
std::string logName(const Object& metric);

} // namespace weft
