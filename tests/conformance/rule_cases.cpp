// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/constraints/constraint_type.h"
#include "engine/regularizers/regularizer_type.h"
#include "engine/schedules/schedule_type.h"
#include "tests/conformance/case.h"

namespace weft::conformance {

void runSchedule(Case& c) {
    c.expectCaseKeys({"schedule", "steps", "values"});
    const Object object = readKerasObject(c.json().at("schedule"), "schedule", "schedules", allCatalogues);
    const auto schedule = findScheduleType(object.type)->build(object.params);
    const Json& steps = c.json().at("steps");
    const Json& values = c.json().at("values");
    if (steps.empty() || steps.size() != values.size()) {
        throw Error("The case must have as many values as steps.");
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
        c.compare(schedule->rate(steps[i].get<std::int64_t>()), values[i].get<double>(), cat("step ", steps[i].dump()), c.tolerance());
    }
}

void runRegularizer(Case& c) {
    c.expectCaseKeys({"regularizer", "w", "value", "grad"});
    const Object object = readKerasObject(c.json().at("regularizer"), "regularizer", "regularizers", allCatalogues);
    const auto regularizer = findRegularizerType(object.type)->build(object.params);
    const Tensor w = c.array(c.json().at("w"));
    c.compare(regularizer->value(w.shape(), w.data<float>()), c.array(c.json().at("value")).at(0), "value", c.tolerance());
    Tensor gradient(w.shape());
    regularizer->addGradient(w.shape(), w.data<float>(), 1.0F, gradient.data<float>());
    c.compare(gradient, c.array(c.json().at("grad")), "gradient");
}

void runConstraint(Case& c) {
    c.expectCaseKeys({"constraint", "w", "value"});
    const Object object = readKerasObject(c.json().at("constraint"), "constraint", "constraints", allCatalogues);
    Tensor w = c.array(c.json().at("w"));
    findConstraintType(object.type)->build(object.params, w.shape())->apply(w.data<float>());
    c.compare(w, c.array(c.json().at("value")), "value");
}

} // namespace weft::conformance
