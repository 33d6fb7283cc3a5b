// SPDX-License-Identifier: Apache-2.0
#include "engine/data/dataset.h"

#include <algorithm>

namespace weft {
namespace {

/// Whether `fitted` is what came of `description`: all is equal but what was to be found.
bool cameOf(const Object& description, const Object& fitted) {
    const StepType* type = findStepType(description.type);
    return type && description.type == fitted.type && std::all_of(type->schema.begin(), type->schema.end(), [&](const Parameter& parameter) {
               const bool wasFound = std::find(type->found.begin(), type->found.end(), parameter.name) != type->found.end();
               return wasFound || valueOf(type->schema, description.params, parameter.name) == valueOf(type->schema, fitted.params, parameter.name);
           });
}

} // namespace

FittedSteps fittedSteps(const Dataset& data) {
    FittedSteps out;
    for (const auto& [name, column] : data.train) {
        for (const auto& step : column.steps()) {
            out[name].push_back(step->description());
        }
    }
    return out;
}

DataSpec withFitted(DataSpec spec, const FittedSteps& fitted) {
    for (DataColumn& column : spec.columns) {
        const auto found = fitted.find(column.name);
        // A column that ends as float64 has one step more when it is loaded.
        if (found == fitted.end() || found->second.size() < column.steps.size() ||
            !std::equal(column.steps.begin(), column.steps.end(), found->second.begin(), cameOf)) {
            continue;
        }
        for (std::size_t i = 0; i < column.steps.size(); ++i) {
            if (needsRows(column.steps[i])) {
                column.steps[i] = found->second[i];
            }
        }
    }
    return spec;
}

} // namespace weft
