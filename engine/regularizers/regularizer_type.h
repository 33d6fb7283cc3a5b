// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/binding.h"
#include "engine/tensor/shape.h"

#include <memory>

namespace weft {

/// A penalty on the numbers of a tensor, its parameters settled. Immutable.
class Regularizer {
public:
    virtual ~Regularizer() = default;
    virtual double value(const Shape& shape, const float* x) const = 0;
    /// gradient += factor * d value / d x.
    virtual void addGradient(const Shape& shape, const float* x, float factor, float* gradient) const = 0;
    /// The value is a sum over single numbers, so that parts of a tensor can be taken by themselves.
    virtual bool byElement() const { return true; }
    /// What is wrong with a tensor of this shape, as a whole sentence; empty: nothing.
    virtual std::string problem(const Shape&) const { return {}; }
};

/// One kind of regularizer, in one file of `engine/regularizers`.
struct RegularizerType {
    std::string name; ///< Keras' class: `L2`
    std::string title;
    std::string help;
    std::string formula;
    std::vector<std::string> aliases; ///< Keras' strings: `l2`
    Schema schema;
    std::function<std::shared_ptr<const Regularizer>(const ParamMap& params)> build;
};

const std::vector<RegularizerType>& regularizerTypes();
/// By class name or alias; null if there is none.
const RegularizerType* findRegularizerType(std::string_view name);

/// The regularizer that an object names; null for none, and where the catalogue does not know it or its parameters are not valid.
std::shared_ptr<const Regularizer> regularizerOf(const std::optional<Object>& object);
/// What is wrong with it for a tensor of this shape; empty: nothing.
std::string regularizerProblem(const Object& object, const Shape& shape);

/// Fills schema and build of a record from a struct with `static Binding<T> binding()` that is made into `Op` by its constructor.
template <class T, class Op>
void bindRegularizer(RegularizerType& type) {
    auto binding = std::make_shared<const Binding<T>>(T::binding());
    type.schema = binding->schema();
    type.build = [binding](const ParamMap& params) { return std::make_shared<Op>(binding->read(params)); };
}

} // namespace weft
