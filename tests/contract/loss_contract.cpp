// SPDX-License-Identifier: Apache-2.0
#include "engine/base/random.h"
#include "engine/losses/loss_type.h"
#include "engine/losses/reduction.h"
#include "tests/contract/allocations.h"
#include "tests/contract/schema_contract.h"

#include <cmath>
#include <cstring>

using namespace weft;
using namespace weft::test;

namespace {

struct Run {
    Run(const LossType& type, const LossType::Example& example)
        : op(type.build(example.params, example.target, example.prediction)), target(example.target.shape, type.targetType),
          prediction(example.prediction.shape), batch(example.prediction.shape[0]), values(static_cast<std::size_t>(batch * op->valuesPerSample())),
          factors(values.size()), gradient(static_cast<std::size_t>(prediction.size())) {
        const Random random(11, 3);
        for (std::int64_t i = 0; i < target.size(); ++i) {
            if (type.targetType == DType::int32) {
                target.data<std::int32_t>()[i] = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(example.classes)));
            } else {
                target.data<float>()[i] = random.uniform(static_cast<std::uint64_t>(i));
            }
        }
        for (std::int64_t i = 0; i < prediction.size(); ++i) {
            const float u = random.uniform(static_cast<std::uint64_t>(1000 + i));
            prediction.data<float>()[i] = example.probabilities ? 0.05f + 0.9f * u : 4 * u - 2;
        }
        for (std::size_t i = 0; i < factors.size(); ++i) {
            factors[i] = 0.25f + random.uniform(5000 + i);
        }
    }
    void evaluate(Rows rows, bool withGradient = true) {
        op->evaluate(rows, target.bytes(), prediction.data<float>(), values.data(), factors.data(), withGradient ? gradient.data() : nullptr);
    }
    double total() {
        evaluate({0, batch}, false);
        double sum = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            sum += static_cast<double>(factors[i]) * static_cast<double>(values[i]);
        }
        return sum;
    }

    std::shared_ptr<const LossOp> op;
    Tensor target, prediction;
    std::int64_t batch;
    std::vector<float> values, factors, gradient;
};

template <class F>
void forExamples(F&& f) {
    for (const LossType& type : lossTypes()) {
        for (std::size_t i = 0; i < type.examples.size(); ++i) {
            f(type, type.examples[i], type.name + ", example " + std::to_string(i));
        }
    }
}

} // namespace

TEST("every loss is described, has valid defaults and survives JSON") {
    CHECK(!lossTypes().empty());
    for (const LossType& type : lossTypes()) {
        checkSchema(type.name, type.schema);
        HOLDS(isSentence(type.help), type.name, "no help that is a sentence");
        HOLDS(!type.title.empty() && !type.formula.empty(), type.name, "no title or formula");
        HOLDS(!type.examples.empty(), type.name, "no examples");
        HOLDS(findParameter(type.schema, "reduction"), type.name, "no reduction");
        HOLDS(findLossType(type.name) == &type, type.name, "not found by name");
        for (const std::string& alias : type.aliases) {
            HOLDS(findLossType(alias) == &type, type.name, "not found by " + alias);
        }
        for (const LossType::Example& example : type.examples) {
            HOLDS(validate(type.schema, example.params).empty(), type.name, "an example's parameters are not valid");
            checkRoundTrip(type.name, example.params);
        }
    }
    CHECK(!findLossType("no such loss"));
}

TEST("the gradient of every loss is that of finite differences") {
    forExamples([](const LossType& type, const LossType::Example& example, const std::string& who) {
        Run run(type, example);
        run.evaluate({0, run.batch});
        for (std::int64_t i = 0; i < run.prediction.size(); ++i) {
            float& x = run.prediction.data<float>()[i];
            const float kept = x;
            constexpr float h = 2e-3f;
            x = kept + h;
            const double above = run.total();
            x = kept - h;
            const double below = run.total();
            x = kept;
            const double expected = (above - below) / (2 * static_cast<double>(h));
            const double got = static_cast<double>(run.gradient[static_cast<std::size_t>(i)]);
            // Differences of float32 losses of size 1 are good to about 1e-7 / h.
            HOLDS(std::fabs(got - expected) < 2e-3 + 5e-3 * std::fabs(expected), who,
                  "gradient " + std::to_string(i) + " is " + std::to_string(got) + ", differences say " + std::to_string(expected));
        }
    });
}

TEST("every loss gives the same bits row by row as all at once, with or without a gradient") {
    forExamples([](const LossType& type, const LossType::Example& example, const std::string& who) {
        Run whole(type, example), parts(type, example), plain(type, example);
        whole.evaluate({0, whole.batch});
        for (std::int64_t row = parts.batch; row-- > 0;) {
            parts.evaluate({row, row + 1});
        }
        plain.evaluate({0, plain.batch}, false);
        HOLDS(whole.values == parts.values, who, "values differ");
        HOLDS(whole.values == plain.values, who, "values differ without gradient");
        HOLDS(whole.gradient == parts.gradient, who, "gradients differ");
        for (const float value : whole.values) {
            HOLDS(std::isfinite(value), who, "a value is not finite");
        }
    });
}

TEST("no loss allocates while it is evaluated") {
    forExamples([](const LossType& type, const LossType::Example& example, const std::string& who) {
        Run run(type, example);
        std::vector<float> counts(run.values.size());
        const long before = allocations();
        run.evaluate({0, run.batch});
        run.op->counted({0, run.batch}, run.target.bytes(), counts.data());
        lossFactors(Reduction::sumOverBatchSize, {run.batch, run.op->valuesPerSample(), nullptr, 1, counts.data()}, 1, run.factors.data());
        HOLDS(allocations() == before, who, "allocates");
    });
}

TEST("every loss accepts its examples and refuses a target of another shape with a sentence") {
    forExamples([](const LossType& type, const LossType::Example& example, const std::string& who) {
        HOLDS(type.check(example.params, example.target, example.prediction).empty(), who, "its example does not fit");
        TensorSpec odd = example.target;
        odd.shape = Shape{example.target.shape[0], 7, 7, 7};
        HOLDS(isSentence(type.check(example.params, odd, example.prediction)), who, "an odd target is accepted, or refused without a sentence");
    });
}

TEST("class numbers out of range are found before a loss is evaluated") {
    int checked = 0;
    forExamples([&](const LossType& type, const LossType::Example& example, const std::string& who) {
        if (example.classes == 0) {
            return;
        }
        ++checked;
        Run run(type, example);
        HOLDS(run.op->checkTarget({0, run.batch}, run.target.bytes()).empty(), who, "good targets are refused");
        for (const std::int32_t bad : {example.classes, -1}) {
            run.target.data<std::int32_t>()[run.target.size() - 1] = bad;
            const std::string problem = run.op->checkTarget({0, run.batch}, run.target.bytes());
            HOLDS(problem.find(std::to_string(bad)) != std::string::npos, who, "the bad class number is not named: " + problem);
        }
    });
    CHECK(checked > 0);
}

TEST("a reduction weighs values as Keras' formulas say") {
    const std::vector<float> weights = {2, 0, 1};
    const std::vector<float> counts = {1, 0, 1, 1, 0, 1};
    std::vector<float> f(6);
    lossFactors(Reduction::sumOverBatchSize, {3, 2}, 1, f.data());
    CHECK_NEAR(f[0], 1.0 / 6, 1e-7);
    lossFactors(Reduction::sumOverBatchSize, {3, 2, weights.data()}, 0.5, f.data());
    CHECK_NEAR(f[0], 2.0 / 6 / 2, 1e-7);
    CHECK_NEAR(f[2], 0, 0);
    CHECK_NEAR(f[5], 1.0 / 6 / 2, 1e-7);
    lossFactors(Reduction::meanWithSampleWeight, {3, 1, weights.data()}, 1, f.data());
    CHECK_NEAR(f[0], 2.0 / 3, 1e-7);
    lossFactors(Reduction::sum, {3, 1, weights.data()}, 1, f.data());
    CHECK_NEAR(f[0], 2, 0);
    lossFactors(Reduction::mean, {6, 1, nullptr, 1, counts.data()}, 1, f.data());
    CHECK_NEAR(f[0], 0.25, 1e-7);
    CHECK_NEAR(f[1], 0, 0);
    const std::vector<float> nothing(3, 0.0f);
    lossFactors(Reduction::meanWithSampleWeight, {3, 1, nothing.data()}, 1, f.data());
    CHECK_NEAR(f[0], 0, 0);
}
