// SPDX-License-Identifier: Apache-2.0
#include "engine/training/objective.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/training/batch.h"

#include <algorithm>
#include <cmath>

namespace weft {
namespace {

const void* targetOf(const Batch& batch, std::size_t output, DType type) {
    const Batch::Target& target = batch.targets[output];
    return type == DType::float32 ? target.floats.bytes() : target.numbers.bytes();
}

[[noreturn]] void fail(const std::string& output, const std::string& sentence) {
    throw Error(cat("output \"", output, "\": ", sentence));
}

template <class Type>
void requireValid(const std::string& output, const Type* type, const Object& object, std::string_view kind) {
    if (!type) {
        fail(output, cat("there is no ", kind, " named \"", object.type, "\"."));
    }
    if (const auto problems = validate(type->schema, object.params); !problems.empty()) {
        fail(output, cat(type->title, ": ", problems.front().message));
    }
}

} // namespace

Objective::Objective(const Model& model, const TrainingConfig& config, const std::vector<std::optional<TensorSpec>>& targets) {
    for (std::size_t i = 0; i < model.outputs().size(); ++i) {
        const std::string& name = model.outputs()[i].name;
        const auto training = config.outputs.find(name);
        if (training == config.outputs.end() ||
            (!training->second.loss && training->second.metrics.empty() && training->second.weightedMetrics.empty())) {
            continue;
        }
        if (i >= targets.size() || !targets[i]) {
            fail(name, "no target was given for it.");
        }
        m_outputs.push_back(makeOutput(model, i, training->second, *targets[i]));
        m_losses += m_outputs.back().op != nullptr;
    }
    if (m_losses == 0) {
        throw Error("No output of the model has a loss; choose one for at least one output.");
    }
    // Keras gives plain metrics their names before any weighted one, over all outputs.
    for (const bool weighted : {false, true}) {
        for (Output& output : m_outputs) {
            const OutputTraining& training = config.outputs.at(output.name);
            addMetrics(output, weighted ? training.weightedMetrics : training.metrics, weighted, model.outputs().size() > 1);
        }
    }
    reset();
}

Objective::Output Objective::makeOutput(const Model& model, std::size_t index, const OutputTraining& training, const TensorSpec& target) {
    const Model::Port& port = model.outputs()[index];
    Output out{};
    out.index = index;
    out.name = port.name;
    out.lossName = port.name + "_loss";
    out.target = target;
    out.prediction = port.spec;
    out.classWeights = training.classWeights;
    out.weight = training.weight;
    out.masked = port.mask >= 0;
    if (port.spec.dtype != DType::float32) {
        fail(out.name, cat("it holds ", nameOf(port.spec.dtype), ", and only float32 can be trained."));
    }
    if (training.loss) {
        const LossType* type = findLossType(training.loss->type);
        requireValid(out.name, type, *training.loss, "loss");
        if (const std::string problem = type->check(training.loss->params, target, port.spec); !problem.empty()) {
            fail(out.name, problem);
        }
        out.op = type->build(training.loss->params, target, port.spec);
        out.targetType = type->targetType;
        out.reduction = reductionOf(training.loss->params);
    }
    return out;
}

void Objective::addMetrics(Output& output, const std::vector<Object>& metrics, bool weighted, bool named) {
    for (const Object& asked : metrics) {
        const Object metric = resolveMetric(asked, output.target, output.prediction);
        const MetricType* type = findMetricType(metric.type);
        requireValid(output.name, type, metric, "metric");
        if (const std::string problem = type->check(metric.params, output.target, output.prediction); !problem.empty()) {
            fail(output.name, problem);
        }
        const std::string prefix = named ? output.name + "_" : std::string();
        std::string name = prefix + logName(metric);
        if (weighted && m_names.contains(name)) {
            name = prefix + "weighted_" + logName(metric);
        }
        if (const int uses = m_names[name]++; uses > 0) {
            name += cat("_", uses);
        }
        output.metrics.push_back({name, type->targetType, weighted, type->build(metric.params, output.target, output.prediction)});
    }
}

bool Objective::hasMasks() const {
    return std::any_of(m_outputs.begin(), m_outputs.end(), [](const Output& output) { return output.masked; });
}

void Objective::begin(const Batch& batch, double lossScale, std::span<const Mask> masks) {
    m_rows = batch.rows;
    for (std::size_t at = 0; at < m_outputs.size(); ++at) {
        Output& output = m_outputs[at];
        if (!output.op) {
            continue;
        }
        const auto values = static_cast<std::size_t>(batch.rows * output.op->valuesPerSample());
        output.values.resize(values);
        output.factors.resize(values);
        output.gradientFactors.resize(values);
        const Tensor& weights = batch.targets[output.index].weights;
        LossWeighting weighting{batch.rows, output.op->valuesPerSample()};
        if (!weights.empty()) {
            weighting.weights = weights.data<float>();
            weighting.weightsPerSample = weights.shape().count(1);
        }
        if (output.op->leavesOut()) {
            output.counts.resize(values);
            output.op->counted({0, batch.rows}, targetOf(batch, output.index, output.targetType), output.counts.data());
            weighting.counts = output.counts.data();
        }
        const Mask mask = at < masks.size() ? masks[at] : Mask{};
        if (mask.entries && output.op->valuesPerSample() % mask.perSample == 0) {
            const std::int64_t share = output.op->valuesPerSample() / mask.perSample;
            output.counts.resize(values);
            for (std::size_t i = 0; i < values; ++i) {
                const float counts = weighting.counts ? output.counts[i] : 1.0F;
                output.counts[i] = mask.entries[i / static_cast<std::size_t>(share)] ? counts : 0.0F;
            }
            weighting.counts = output.counts.data();
        }
        lossFactors(output.reduction, weighting, 1.0, output.factors.data());
        const auto scale = static_cast<float>(output.weight * lossScale);
        for (std::size_t i = 0; i < values; ++i) {
            output.gradientFactors[i] = output.factors[i] * scale;
        }
    }
}

bool Objective::evaluate(std::size_t i, const Batch& batch, Rows rows, const float* prediction, float* gradient) {
    Output& output = m_outputs[i];
    if (!output.op) {
        return true;
    }
    output.op->evaluate(rows, targetOf(batch, output.index, output.targetType), prediction, output.values.data(), output.gradientFactors.data(),
                        gradient);
    const std::int64_t per = output.op->valuesPerSample();
    bool finite = true;
    for (std::int64_t v = rows.begin * per; v < rows.end * per; ++v) {
        finite = finite && std::isfinite(output.values[static_cast<std::size_t>(v)]);
    }
    return finite;
}

double Objective::lossOf(const Output& output) const {
    double sum = 0;
    for (std::size_t i = 0; i < output.values.size(); ++i) {
        sum += static_cast<double>(output.factors[i]) * static_cast<double>(output.values[i]);
    }
    return sum;
}

double Objective::loss() const {
    double total = m_penalty;
    for (const Output& output : m_outputs) {
        if (output.op) {
            total += output.weight * lossOf(output);
        }
    }
    return total;
}

/// Keras: metrics leave out what the mask leaves out; those that are weighted also weigh.
SampleWeights Objective::metricWeights(Output& output, const Batch& batch, const Metric& metric, Mask mask) {
    const Tensor& weights = batch.targets[output.index].weights;
    const bool weighs = metric.weighted && !weights.empty();
    const SampleWeights given{weighs ? weights.data<float>() : nullptr, weighs ? weights.shape().count(1) : 1};
    if (!mask.entries) {
        return given;
    }
    const std::int64_t perSample = std::max(given.perSample, mask.perSample);
    const std::int64_t entries = batch.rows * perSample;
    output.metricWeights.resize(static_cast<std::size_t>(entries));
    for (std::int64_t i = 0; i < entries; ++i) {
        const float weight = given.numbers ? given.numbers[i * given.perSample / perSample] : 1.0F;
        output.metricWeights[static_cast<std::size_t>(i)] = mask.entries[i * mask.perSample / perSample] ? weight : 0.0F;
    }
    return {output.metricWeights.data(), perSample};
}

double Objective::end(const Batch& batch, std::span<const float* const> predictions, std::span<const Mask> masks) {
    const auto rows = static_cast<double>(batch.rows);
    double total = m_penalty;
    for (std::size_t i = 0; i < m_outputs.size(); ++i) {
        Output& output = m_outputs[i];
        if (output.op) {
            const double loss = lossOf(output);
            output.total += loss * rows;
            total += output.weight * loss;
        }
        for (Metric& metric : output.metrics) {
            metric.state->update(batch.rows, targetOf(batch, output.index, metric.targetType), predictions[i],
                                 metricWeights(output, batch, metric, i < masks.size() ? masks[i] : Mask{}));
        }
    }
    m_total += total * rows;
    m_samples += rows;
    return total;
}

void Objective::reset() {
    m_total = m_samples = 0;
    for (Output& output : m_outputs) {
        output.total = 0;
        for (Metric& metric : output.metrics) {
            metric.state->reset();
        }
    }
}

const Logs& Objective::logs() {
    const double samples = m_samples == 0 ? 1 : m_samples;
    m_logs["loss"] = m_total / samples;
    for (Output& output : m_outputs) {
        if (m_losses > 1 && output.op) {
            m_logs[output.lossName] = output.total / samples;
        }
        for (const Metric& metric : output.metrics) {
            m_logs[metric.name] = metric.state->result();
        }
    }
    return m_logs;
}

} // namespace weft
