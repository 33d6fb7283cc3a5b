// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/binding.h"
#include "engine/tensor/shape.h"

#include <memory>

namespace weft {

/// A rule that a weight of one shape is brought back to after every update, its parameters settled. Immutable.
class Constraint {
public:
    virtual ~Constraint() = default;
    /// Allocates nothing.
    virtual void apply(float* weight) const = 0;
    /// What is wrong with the weight's shape, as a whole sentence; empty: nothing.
    virtual std::string problem() const { return {}; }
};

/// One kind of constraint, in one file of `engine/constraints`.
struct ConstraintType {
    std::string name; ///< Keras' class: `MaxNorm`
    std::string title;
    std::string help;
    std::string formula;
    std::vector<std::string> aliases; ///< Keras' strings: `max_norm`
    Schema schema;
    std::function<std::shared_ptr<const Constraint>(const ParamMap& params, const Shape& shape)> build;
    /// As in LayerType: between Keras' config and the parameters.
    std::function<ParamMap(ParamMap config)> fromKeras;
    std::function<ParamMap(ParamMap params)> toKeras;
};

const std::vector<ConstraintType>& constraintTypes();
/// By class name or alias; null if there is none.
const ConstraintType* findConstraintType(std::string_view name);

/// The constraint that an object names; null for none, and where the catalogue does not know it or its parameters are not valid.
std::shared_ptr<const Constraint> constraintOf(const std::optional<Object>& object, const Shape& shape);
/// What is wrong with it for a weight of this shape; empty: nothing.
std::string constraintProblem(const Object& object, const Shape& shape);

} // namespace weft
