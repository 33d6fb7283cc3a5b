// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

#include "engine/base/text.h"
#include "engine/losses/loss_type.h"

#include <cassert>

namespace weft {
namespace {

class LossMean final : public SampleMean {
public:
    LossMean(std::shared_ptr<const LossOp> op, std::int64_t targetStride, std::int64_t predictionStride)
        : m_op(std::move(op)), m_targetStride(targetStride), m_predictionStride(predictionStride),
          m_values(static_cast<std::size_t>(m_op->valuesPerSample())) {}

private:
    void evaluate(std::int64_t index, const void* target, const float* prediction) {
        // float32 and int32 targets alike: their elements have one size.
        const float* t = static_cast<const float*>(target) + index * m_targetStride;
        m_op->evaluate({0, 1}, t, prediction + index * m_predictionStride, m_values.data(), nullptr, nullptr);
    }

    std::int64_t valuesPerSample() const override { return m_op->valuesPerSample(); }

    /// Values of a sample are asked for one after the other.
    double value(std::int64_t index, std::int64_t i, const void* target, const float* prediction) override {
        if (i == 0) {
            evaluate(index, target, prediction);
        }
        return static_cast<double>(m_values[static_cast<std::size_t>(i)]);
    }

    double sample(std::int64_t index, const void* target, const float* prediction) override {
        evaluate(index, target, prediction);
        double sum = 0;
        for (const float value : m_values) {
            sum += static_cast<double>(value);
        }
        return m_values.empty() ? 0 : sum / static_cast<double>(m_values.size());
    }

    std::shared_ptr<const LossOp> m_op;
    std::int64_t m_targetStride, m_predictionStride;
    std::vector<float> m_values;
};

struct Named {
    std::optional<std::string> name;
    static Binding<Named> binding() {
        Binding<Named> b;
        addName(b);
        return b;
    }
};

} // namespace

void SampleMean::update(std::int64_t batch, const void* target, const float* prediction, SampleWeights weights) {
    const std::int64_t values = valuesPerSample();
    if (weights.numbers && weights.perSample > 1 && values % weights.perSample == 0) {
        const std::int64_t share = values / weights.perSample;
        for (std::int64_t i = 0; i < batch; ++i) {
            for (std::int64_t j = 0; j < values; ++j) {
                const auto weight = static_cast<double>(weights.numbers[i * weights.perSample + j / share]) / static_cast<double>(values);
                m_total += weight * value(i, j, target, prediction);
                m_weight += weight;
            }
        }
        return;
    }
    for (std::int64_t i = 0; i < batch; ++i) {
        const double weight = weights.numbers ? static_cast<double>(weights.numbers[i * weights.perSample]) : 1.0;
        m_total += weight * sample(i, target, prediction);
        m_weight += weight;
    }
}

MetricType metricOfLoss(std::string_view lossName) {
    const LossType* loss = findLossType(lossName);
    assert(loss);
    MetricType type;
    type.name = loss->name;
    type.title = loss->title;
    type.help = loss->help;
    type.shortName = snakeCase(loss->name);
    type.aliases = loss->aliases;
    type.targetType = loss->targetType;
    type.schema = Named::binding().schema();
    for (const Parameter& parameter : loss->schema) {
        if (parameter.name != "reduction") {
            type.schema.push_back(parameter);
        }
    }
    const auto own = [](ParamMap params) {
        params.erase("name");
        return params;
    };
    type.check = [loss, own](const ParamMap& params, const TensorSpec& target, const TensorSpec& prediction) {
        return loss->check(own(params), target, prediction);
    };
    type.build = [loss, own](const ParamMap& params, const TensorSpec& target, const TensorSpec& prediction) {
        return std::make_unique<LossMean>(loss->build(own(params), target, prediction), target.shape.count(1), prediction.shape.count(1));
    };
    for (const LossType::Example& example : loss->examples) {
        type.examples.push_back({example.params, example.target, example.prediction, example.classes});
    }
    return type;
}

} // namespace weft
