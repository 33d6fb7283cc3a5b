// SPDX-License-Identifier: Apache-2.0
#include "engine/base/random.h"
#include "engine/constraints/constraint_type.h"
#include "engine/regularizers/regularizer_type.h"
#include "engine/schedules/schedule_type.h"
#include "engine/training/updater.h"
#include "tests/contract/schema_contract.h"

#include <cmath>

using namespace weft;
using namespace weft::test;

namespace {

const Shape kShape{5, 3};

std::vector<float> noise(std::uint64_t seed) {
    std::vector<float> out(static_cast<std::size_t>(kShape.count()));
    const Random random(seed, 1);
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = 6 * random.uniform(i) - 2.8f;
    }
    return out;
}

/// What every record of these catalogues says of itself.
template <class Type>
void checkRecord(const Type& type, const Type* found) {
    checkSchema(type.name, type.schema);
    HOLDS(isSentence(type.help), type.name, "no help that is a sentence");
    HOLDS(!type.title.empty() && !type.formula.empty(), type.name, "no title or formula");
    HOLDS(found == &type, type.name, "not found by name");
    HOLDS(static_cast<bool>(type.build), type.name, "cannot be built");
}

} // namespace

TEST("every regularizer is described and its gradient is that of finite differences") {
    CHECK(!regularizerTypes().empty());
    for (const RegularizerType& type : regularizerTypes()) {
        checkRecord(type, findRegularizerType(type.name));
        ParamMap strong;
        for (const Parameter& p : type.schema) {
            if (p.kind == ParamKind::number) {
                strong[p.name] = 0.3;
            }
        }
        std::vector<ParamMap> variants = {strong};
        for (const Parameter& p : type.schema) {
            for (const std::string& choice : p.choices) {
                variants.push_back(strong);
                variants.back()[p.name] = choice;
            }
        }
        for (const ParamMap& params : variants) {
            const auto rule = type.build(params);
            CHECK(rule->problem(kShape).empty());
            std::vector<float> x = noise(3);
            std::vector<float> gradient(x.size(), 1.0f); // it is added to what is there
            rule->addGradient(kShape, x.data(), 2.0f, gradient.data());
            CHECK(rule->value(kShape, x.data()) > 0);
            for (std::size_t i = 0; i < x.size(); ++i) {
                constexpr float h = 1e-3f;
                const float kept = x[i];
                x[i] = kept + h;
                const double above = rule->value(kShape, x.data());
                x[i] = kept - h;
                const double below = rule->value(kShape, x.data());
                x[i] = kept;
                const double expected = 1 + 2 * (above - below) / (2 * static_cast<double>(h));
                HOLDS(std::fabs(static_cast<double>(gradient[i]) - expected) < 2e-3, type.name, "a gradient that differences do not confirm");
            }
        }
    }
    CHECK(!findRegularizerType("no such regularizer"));
    CHECK(regularizerOf(std::nullopt) == nullptr);
    CHECK(!regularizerProblem({"no such regularizer", {}}, kShape).empty());
}

TEST("every constraint is described, keeps what it has made, and survives Keras' config") {
    CHECK(!constraintTypes().empty());
    for (const ConstraintType& type : constraintTypes()) {
        checkRecord(type, findConstraintType(type.name));
        HOLDS(static_cast<bool>(type.fromKeras) == static_cast<bool>(type.toKeras), type.name, "reads Keras' config but does not write it, or the reverse");
        ParamMap params;
        for (const Parameter& p : type.schema) {
            params[p.name] = p.defaultValue;
        }
        HOLDS(!type.toKeras || type.fromKeras(type.toKeras(params)) == params, type.name, "parameters change on the way through Keras' config");
        const auto rule = type.build(params, kShape);
        CHECK(rule->problem().empty());
        std::vector<float> x = noise(4);
        const std::vector<float> before = x;
        rule->apply(x.data());
        HOLDS(x != before, type.name, "changes nothing of weights that break it");
        std::vector<float> again = x;
        rule->apply(again.data());
        for (std::size_t i = 0; i < x.size(); ++i) {
            HOLDS(std::isfinite(x[i]) && std::fabs(again[i] - x[i]) < 1e-5f, type.name, "is not content with what it made");
        }
    }
    CHECK(!constraintProblem({"MaxNorm", {{"axis", Value::List{3}}}}, kShape).empty());
    CHECK(constraintProblem({"MaxNorm", {{"axis", Value::List{0, 1}}}}, kShape).empty());
}

TEST("every schedule is described, starts near its first rate and gives an optimizer its learning rate") {
    CHECK(!scheduleTypes().empty());
    for (const ScheduleType& type : scheduleTypes()) {
        checkRecord(type, findScheduleType(type.name));
        const auto schedule = type.build({});
        for (const std::int64_t step : {0, 1, 10, 999, 1000, 1001, 1000000}) {
            const double rate = schedule->rate(step);
            HOLDS(std::isfinite(rate) && rate >= 0 && rate <= 1, type.name, "a rate that is no rate");
        }
        HOLDS(schedule->rate(0) > schedule->rate(1500), type.name, "does not fall");
        const Updater updater({"SGD", {{"learning_rate_schedule", Object{type.name, {}}}}}, {});
        CHECK_NEAR(updater.learningRate(), schedule->rate(0), 1e-6);
    }
    CHECK(!scheduleProblem({"no such schedule", {}}).empty());
    CHECK(!scheduleProblem({"ExponentialDecay", {{"decay_rate", -1.0}}}).empty());
    CHECK_THROWS(Updater({"SGD", {{"learning_rate_schedule", Object{"no such schedule", {}}}}}, {}));
}
