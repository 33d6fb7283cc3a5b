// SPDX-License-Identifier: Apache-2.0
#include "engine/constraints/constraint_type.h"

#include "engine/base/text.h"

#include <algorithm>

namespace weft {

namespace constraints {
std::vector<ConstraintType> records();
}

const std::vector<ConstraintType>& constraintTypes() {
    static const std::vector<ConstraintType> types = constraints::records();
    return types;
}

const ConstraintType* findConstraintType(std::string_view name) {
    for (const ConstraintType& type : constraintTypes()) {
        if (type.name == name || std::find(type.aliases.begin(), type.aliases.end(), name) != type.aliases.end()) {
            return &type;
        }
    }
    return nullptr;
}

std::shared_ptr<const Constraint> constraintOf(const std::optional<Object>& object, const Shape& shape) {
    const ConstraintType* type = object ? findConstraintType(object->type) : nullptr;
    return type && validate(type->schema, object->params).empty() ? type->build(object->params, shape) : nullptr;
}

std::string constraintProblem(const Object& object, const Shape& shape) {
    const ConstraintType* type = findConstraintType(object.type);
    if (!type) {
        return cat("There is no constraint named \"", object.type, "\".");
    }
    if (const auto problems = validate(type->schema, object.params); !problems.empty()) {
        return cat(type->title, ": ", problems.front().message);
    }
    const std::string problem = type->build(object.params, Shape(std::vector<std::int64_t>(static_cast<std::size_t>(shape.rank()), 1)))->problem();
    return problem.empty() ? problem : cat(type->title, ": ", problem);
}

} // namespace weft
