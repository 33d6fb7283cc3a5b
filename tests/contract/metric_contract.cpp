// SPDX-License-Identifier: Apache-2.0
#include "engine/base/random.h"
#include "engine/metrics/metric_type.h"
#include "tests/contract/allocations.h"
#include "tests/contract/schema_contract.h"

#include <cmath>

using namespace weft;
using namespace weft::test;

namespace {

struct Run {
    Run(const MetricType& type, const MetricType::Example& example, std::uint64_t seed)
        : state(type.build(example.params, example.target, example.prediction)), target(example.target.shape, type.targetType),
          prediction(example.prediction.shape), batch(example.prediction.shape[0]), weights(static_cast<std::size_t>(batch)) {
        const Random random(seed, 9);
        for (std::int64_t i = 0; i < target.size(); ++i) {
            const auto at = static_cast<std::uint64_t>(i);
            if (type.targetType == DType::int32) {
                target.data<std::int32_t>()[i] = static_cast<std::int32_t>(random.below(at, static_cast<std::uint64_t>(example.classes)));
            } else {
                target.data<float>()[i] = static_cast<float>(random.below(at, 2));
            }
        }
        for (std::int64_t i = 0; i < prediction.size(); ++i) {
            prediction.data<float>()[i] = 0.05f + 0.9f * random.uniform(static_cast<std::uint64_t>(1000 + i));
        }
        for (std::size_t i = 0; i < weights.size(); ++i) {
            weights[i] = random.uniform(9000 + i);
        }
    }
    void update(bool weighted) { state->update(batch, target.bytes(), prediction.data<float>(), {weighted ? weights.data() : nullptr}); }

    std::unique_ptr<MetricState> state;
    Tensor target, prediction;
    std::int64_t batch;
    std::vector<float> weights;
};

template <class F>
void forExamples(F&& f) {
    for (const MetricType& type : metricTypes()) {
        for (std::size_t i = 0; i < type.examples.size(); ++i) {
            f(type, type.examples[i], type.name + ", example " + std::to_string(i));
        }
    }
}

} // namespace

TEST("every metric is described, has valid defaults and survives JSON") {
    CHECK(!metricTypes().empty());
    for (const MetricType& type : metricTypes()) {
        checkSchema(type.name, type.schema);
        HOLDS(isSentence(type.help), type.name, "no help that is a sentence");
        HOLDS(!type.title.empty() && !type.shortName.empty(), type.name, "no title or short name");
        HOLDS(!type.examples.empty(), type.name, "no examples");
        HOLDS(findParameter(type.schema, "name"), type.name, "cannot be named");
        HOLDS(findMetricType(type.name) == &type, type.name, "not found by name");
        HOLDS(logName({type.name, {}}) == type.shortName, type.name, "not called by its short name");
        HOLDS(logName({type.name, {{"name", "mine"}}}) == "mine", type.name, "does not take the name it is given");
        for (const std::string& alias : type.aliases) {
            HOLDS(findMetricType(alias) == &type, type.name, "not found by " + alias);
            HOLDS(logName({alias, {}}) == alias, type.name, "not called as it was asked for");
        }
        for (const MetricType::Example& example : type.examples) {
            HOLDS(validate(type.schema, example.params).empty(), type.name, "an example's parameters are not valid");
            checkRoundTrip(type.name, example.params);
            HOLDS(type.check(example.params, example.target, example.prediction).empty(), type.name, "its example does not fit");
        }
    }
    CHECK(!findMetricType("no such metric"));
}

TEST("every metric allocates nothing, forgets on reset, and counts a sample of weight 0 not at all") {
    forExamples([](const MetricType& type, const MetricType::Example& example, const std::string& who) {
        Run run(type, example, 1);
        const long before = allocations();
        run.update(true);
        const double first = run.state->result();
        HOLDS(allocations() == before, who, "allocates");
        HOLDS(std::isfinite(first), who, "its value is not finite");
        run.update(false);
        run.state->reset();
        run.update(true);
        HOLDS(run.state->result() == first, who, "remembers after reset");

        // What stands in a sample of weight 0 changes nothing.
        Run other(type, example, 1);
        other.weights.front() = run.weights.front() = 0;
        for (std::int64_t i = 0; i < other.prediction.size() / other.batch; ++i) {
            other.prediction.data<float>()[i] = 0.5f - 0.01f * static_cast<float>(i);
        }
        run.state->reset();
        run.update(true);
        other.update(true);
        HOLDS(run.state->result() == other.state->result(), who, "a sample of weight 0 counts");
    });
}

TEST("a metric over two batches is the same as over one of both") {
    forExamples([](const MetricType& type, const MetricType::Example& example, const std::string& who) {
        Run run(type, example, 2);
        run.update(true);
        run.state->reset();
        const std::int64_t first = run.batch / 2;
        run.state->update(first, run.target.bytes(), run.prediction.data<float>(), {run.weights.data()});
        const Tensor targets = run.target.rows(first, run.batch);
        const Tensor predictions = run.prediction.rows(first, run.batch);
        run.state->update(run.batch - first, targets.bytes(), predictions.data<float>(), {run.weights.data() + first});
        const double parts = run.state->result();
        run.state->reset();
        run.update(true);
        HOLDS(std::fabs(parts - run.state->result()) <= 1e-12, who, "differs");
    });
}

TEST("accuracy is resolved by the shapes of target and prediction, as Keras 3 does") {
    const Object asked{"accuracy", {}};
    const auto resolved = [&](Shape target, Shape prediction) { return resolveMetric(asked, {std::move(target)}, {std::move(prediction)}).type; };
    CHECK_EQUAL(resolved({kUnknown}, {kUnknown, 1}), "BinaryAccuracy");
    CHECK_EQUAL(resolved({kUnknown, 1}, {kUnknown, 1}), "BinaryAccuracy");
    CHECK_EQUAL(resolved({kUnknown}, {kUnknown, 10}), "SparseCategoricalAccuracy");
    CHECK_EQUAL(resolved({kUnknown, 1}, {kUnknown, 10}), "SparseCategoricalAccuracy");
    CHECK_EQUAL(resolved({kUnknown, 10}, {kUnknown, 10}), "CategoricalAccuracy");
    CHECK_EQUAL(resolved({kUnknown, 7}, {kUnknown, 7, 10}), "SparseCategoricalAccuracy");
    CHECK_EQUAL(logName(resolveMetric({"acc", {}}, {{kUnknown}}, {{kUnknown, 1}})), "acc");
    CHECK_EQUAL(resolveMetric({"Accuracy", {}}, {{kUnknown}}, {{kUnknown, 1}}).type, "Accuracy");
    CHECK_EQUAL(resolveMetric({"mse", {}}, {{kUnknown}}, {{kUnknown, 1}}).type, "mse");
}
