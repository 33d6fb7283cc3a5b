// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/data/data_spec.h"
#include "engine/data/generator_type.h"
#include "engine/data/step_type.h"

#include <algorithm>

namespace weft {

// The tables that CMake generates from the lists in the folders.
namespace steps {
std::vector<StepType> records();
}
namespace readers {
std::vector<ReaderType> records();
}
namespace generators {
std::vector<GeneratorType> records();
}

namespace {

template <class Records>
auto* named(Records& records, std::string_view name) {
    const auto found = std::find_if(records.begin(), records.end(), [&](const auto& record) { return record.name == name; });
    return found == records.end() ? nullptr : &*found;
}

} // namespace

const std::vector<StepType>& stepTypes() {
    static const std::vector<StepType> all = steps::records();
    return all;
}

const std::vector<ReaderType>& readerTypes() {
    static const std::vector<ReaderType> all = readers::records();
    return all;
}

const std::vector<GeneratorType>& generatorTypes() {
    static const std::vector<GeneratorType> all = generators::records();
    return all;
}

const StepType* findStepType(std::string_view name) { return named(stepTypes(), name); }
const ReaderType* findReaderType(std::string_view name) { return named(readerTypes(), name); }

bool needsRows(const Object& description) {
    const StepType* type = findStepType(description.type);
    return type && std::any_of(type->found.begin(), type->found.end(), [&](const std::string& name) {
               const auto given = description.params.find(name);
               return given == description.params.end() || given->second.isNull();
           });
}

std::shared_ptr<const Step> makeStep(const Object& description, const TensorSpec& input, const Tensor& trainingRows) {
    const StepType* type = findStepType(description.type);
    if (!type) {
        throw Error(cat("There is no preprocessing step named \"", description.type, "\"."));
    }
    if (const auto problems = validate(type->schema, description.params); !problems.empty()) {
        throw Error(cat("The step ", type->name, ": ", problems.front().message));
    }
    for (const Parameter& parameter : type->schema) {
        if (parameter.required && !description.params.contains(parameter.name)) {
            throw Error(cat("The step ", type->name, " needs a value for ", parameter.name, "."));
        }
    }
    auto step = type->fit(description.params, input, trainingRows);
    step->output(input);
    return step;
}

const DataSource* DataSpec::source(std::string_view name) const { return named(sources, name); }
DataSource* DataSpec::source(std::string_view name) { return named(sources, name); }
const DataColumn* DataSpec::column(std::string_view name) const { return named(columns, name); }

} // namespace weft
