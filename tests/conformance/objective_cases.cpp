// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/losses/loss_type.h"
#include "engine/losses/reduction.h"
#include "engine/metrics/metric_type.h"
#include "tests/conformance/case.h"

namespace weft::conformance {
namespace {

TensorSpec specOf(const Tensor& tensor) { return {tensor.shape().withBatch(kUnknown), tensor.dtype()}; }

/// Throws the sentence of a check, if it has one.
void require(const std::string& problem) {
    if (!problem.empty()) {
        throw Error(problem);
    }
}

/// Keras 3.15.1's Huber.get_config writes name and reduction only, so that a file does not say the delta. The numbers of this case are
/// mean(½ e² where |e| ≤ delta, else delta · |e| - ½ delta²) for delta = 0.4: 0.3097804 of its y_true and y_pred; for the default of 1 that is 0.5744753.
/// Its `per_sample`, made from the config, are those of the default.
void addWhatKerasLeavesOut(Case& c, Object& loss) {
    if (c.json().at("name") == "loss_huber_delta") {
        loss.params.try_emplace("delta", 0.4);
    }
}

} // namespace

void runLoss(Case& c) {
    c.expectCaseKeys({"loss", "y_true", "y_pred", "value", "grad_y_pred", "grad_note", "per_sample", "per_sample_note", "sample_weight"});
    const Json& json = c.json();
    Object loss = readKerasObject(json.at("loss"), "loss", "losses", allCatalogues);
    const Object asGiven = loss;
    addWhatKerasLeavesOut(c, loss);
    const LossType& type = *findLossType(loss.type);
    const Tensor given = c.array(json.at("y_true"));
    const Tensor prediction = c.array(json.at("y_pred"));
    require(type.check(loss.params, specOf(given), specOf(prediction)));
    const auto op = type.build(loss.params, specOf(given), specOf(prediction));
    const Tensor target = given.cast(type.targetType);
    const std::int64_t samples = prediction.shape()[0];
    const std::int64_t perSample = op->valuesPerSample();
    const Rows rows{0, samples};
    require(op->checkTarget(rows, target.bytes()));

    Tensor weights;
    LossWeighting weighting{.samples = samples, .valuesPerSample = perSample};
    if (json.contains("sample_weight") && !json["sample_weight"].is_null()) {
        weights = c.array(json["sample_weight"]).cast(DType::float32);
        weighting.weights = weights.data<float>();
        weighting.weightsPerSample = weights.size() / samples;
    }
    std::vector<float> counts(static_cast<std::size_t>(samples * perSample));
    if (op->leavesOut()) {
        op->counted(rows, target.bytes(), counts.data());
        weighting.counts = counts.data();
    }
    std::vector<float> factors(counts.size());
    lossFactors(reductionOf(loss.params), weighting, 1.0, factors.data());
    std::vector<float> values(counts.size());
    Tensor gradient(prediction.shape());
    op->evaluate(rows, target.bytes(), prediction.data<float>(), values.data(), factors.data(), gradient.data<float>());

    double total = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        total += static_cast<double>(values[i]) * static_cast<double>(factors[i]);
    }
    const Tensor value = c.array(json.at("value"));
    if (value.size() != 1) {
        throw Error("The runner knows only losses that are reduced to one number.");
    }
    c.compare(total, value.at(0), "value", c.tolerance());
    c.compare(gradient, c.array(json.at("grad_y_pred")), "grad_y_pred");
    type.build(asGiven.params, specOf(given), specOf(prediction))->evaluate(rows, target.bytes(), prediction.data<float>(), values.data(), factors.data(), nullptr);
    const Tensor each = c.array(json.at("per_sample"));
    if (each.size() != static_cast<std::int64_t>(values.size())) {
        c.fail(cat("per_sample: ", values.size(), " values, expected ", each.size()));
        return;
    }
    c.compare(tensorOf(each.shape(), values.data()), each, "per_sample");
}

void runMetric(Case& c) {
    c.expectCaseKeys({"metric", "steps"});
    const Object metric = readKerasObject(c.json().at("metric"), "metric", "metrics", allCatalogues);
    const MetricType& type = *findMetricType(metric.type);
    std::unique_ptr<MetricState> state;
    const Json& steps = c.json().at("steps");
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Json& step = steps[i];
        const std::string where = cat("step ", i + 1);
        c.expectKeys(step, {"y_true", "y_pred", "values", "sample_weight", "result"}, where);
        const bool hasTarget = step.contains("y_true");
        const Tensor prediction = c.array(step.at(hasTarget ? "y_pred" : "values")).cast(DType::float32);
        const Tensor given = hasTarget ? c.array(step.at("y_true")) : prediction;
        if (!state) {
            require(type.check(metric.params, specOf(given), specOf(prediction)));
            state = type.build(metric.params, specOf(given), specOf(prediction));
        }
        Tensor weights;
        if (step.contains("sample_weight") && !step["sample_weight"].is_null()) {
            weights = c.array(step["sample_weight"]).cast(DType::float32);
            if (weights.size() != prediction.shape()[0]) {
                throw Error(cat(where, ": metrics take one weight per sample; there are ", weights.size(), " for ", prediction.shape()[0], " samples."));
            }
        }
        const Tensor target = given.cast(type.targetType);
        state->update(prediction.shape()[0], target.bytes(), prediction.data<float>(), {weights.empty() ? nullptr : weights.data<float>()});
        const Json& expected = step.at("result");
        const std::vector<double> results = state->results();
        if (results.size() != (expected.is_array() ? expected.size() : 1)) {
            throw Error(cat(where, ": the result has ", results.size(), " numbers, expected ", expected.dump(), "."));
        }
        for (std::size_t k = 0; k < results.size(); ++k) {
            c.compare(results[k], (expected.is_array() ? expected[k] : expected).get<double>(), where, c.tolerance());
        }
    }
}

} // namespace weft::conformance
