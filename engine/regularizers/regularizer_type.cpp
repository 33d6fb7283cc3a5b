// SPDX-License-Identifier: Apache-2.0
#include "engine/regularizers/regularizer_type.h"

#include "engine/base/text.h"

#include <algorithm>

namespace weft {

namespace regularizers {
std::vector<RegularizerType> records();
}

const std::vector<RegularizerType>& regularizerTypes() {
    static const std::vector<RegularizerType> types = regularizers::records();
    return types;
}

const RegularizerType* findRegularizerType(std::string_view name) {
    for (const RegularizerType& type : regularizerTypes()) {
        if (type.name == name || std::find(type.aliases.begin(), type.aliases.end(), name) != type.aliases.end()) {
            return &type;
        }
    }
    return nullptr;
}

std::shared_ptr<const Regularizer> regularizerOf(const std::optional<Object>& object) {
    const RegularizerType* type = object ? findRegularizerType(object->type) : nullptr;
    return type && validate(type->schema, object->params).empty() ? type->build(object->params) : nullptr;
}

std::string regularizerProblem(const Object& object, const Shape& shape) {
    const RegularizerType* type = findRegularizerType(object.type);
    if (!type) {
        return cat("There is no regularizer named \"", object.type, "\".");
    }
    if (const auto problems = validate(type->schema, object.params); !problems.empty()) {
        return cat(type->title, ": ", problems.front().message);
    }
    const std::string problem = type->build(object.params)->problem(shape);
    return problem.empty() ? problem : cat(type->title, ": ", problem);
}

} // namespace weft
