// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/losses/pairing.h"
#include "engine/metrics/metric_type.h"

namespace weft {

/// The (weighted) mean of one number per sample over all samples, as Keras' Mean and MeanMetricWrapper keep it.
class SampleMean : public MetricState {
public:
    void reset() final { m_total = m_weight = 0; }
    void update(std::int64_t batch, const void* target, const float* prediction, SampleWeights weights) final;
    double result() const override { return m_weight == 0 ? 0 : m_total / m_weight; }

protected:
    /// The number of sample `index`; pointers are to sample 0.
    virtual double sample(std::int64_t index, const void* target, const float* prediction) = 0;
    /// Values that the number of a sample is the mean of, and one of them.
    virtual std::int64_t valuesPerSample() const { return 1; }
    virtual double value(std::int64_t index, std::int64_t, const void* target, const float* prediction) { return sample(index, target, prediction); }

private:
    double m_total = 0, m_weight = 0;
};

/// A SampleMean of the mean over `values` rows of `width` numbers of target and prediction: `Row::of(width, target, prediction)`.
/// `Row::Target` is float or std::int32_t; a class number has one element per row, any other target `width`.
template <class Row>
class RowMean final : public SampleMean {
public:
    RowMean(Row row, const Pairing& pairing) : m_row(std::move(row)), m_pairing(pairing) {}

private:
    std::int64_t valuesPerSample() const override { return m_pairing.values; }

    double value(std::int64_t index, std::int64_t i, const void* target, const float* prediction) override {
        const std::int64_t targetWidth = Row::kClassNumbers ? 1 : m_pairing.width;
        const std::int64_t at = index * m_pairing.values + i;
        return m_row.of(m_pairing.width, static_cast<const typename Row::Target*>(target) + at * targetWidth, prediction + at * m_pairing.width);
    }

    double sample(std::int64_t index, const void* target, const float* prediction) override {
        double sum = 0;
        for (std::int64_t i = 0; i < m_pairing.values; ++i) {
            sum += value(index, i, target, prediction);
        }
        return m_pairing.values == 0 ? 0 : sum / static_cast<double>(m_pairing.values);
    }

    Row m_row;
    Pairing m_pairing;
};

/// Adds the parameter that all metrics have; T has a member `std::optional<std::string> name`.
template <class T>
void addName(Binding<T>& b) {
    b("name", &T::name, "Name", "What the metric is called in logs and curves.").advanced();
}

/// Fills schema, check, build and targetType of a record from a row as RowMean takes it, which also has
/// `static Binding<Row> binding()`.
template <class Row>
void bindRowMean(MetricType& type) {
    auto binding = std::make_shared<const Binding<Row>>(Row::binding());
    type.schema = binding->schema();
    type.targetType = std::is_same_v<typename Row::Target, float> ? DType::float32 : DType::int32;
    type.check = [title = type.title](const ParamMap&, const TensorSpec& target, const TensorSpec& prediction) {
        const std::string problem = (Row::kClassNumbers ? pairClasses : pairUp)(target, prediction).problem;
        return problem.empty() ? std::string() : title + ": " + problem;
    };
    type.build = [binding](const ParamMap& params, const TensorSpec& target, const TensorSpec& prediction) {
        return std::make_unique<RowMean<Row>>(binding->read(params), (Row::kClassNumbers ? pairClasses : pairUp)(target, prediction));
    };
}

/// Makes a metric of a loss: same name, parameters (but the reduction), check and values.
MetricType metricOfLoss(std::string_view lossName);

} // namespace weft
