// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/constraints/constraint_type.h"

namespace weft::constraints {

/// Keras' epsilon: what is added to a norm that is divided by.
inline constexpr double kNormEpsilon = 1e-7;

/// A constraint on the length of the vectors that lie along `axis` of a weight: each is multiplied by `factor(its length)`.
class NormConstraint : public Constraint {
public:
    NormConstraint(const std::vector<std::int64_t>& axis, const Shape& shape);
    void apply(float* weight) const final;
    std::string problem() const final { return m_problem; }

protected:
    virtual double factor(double norm) const = 0;

private:
    std::vector<std::int64_t> m_starts, m_along; ///< places of the first number of every vector, and of all its numbers from there
    std::string m_problem;
};

/// Adds the parameter; T has a member `std::vector<std::int64_t> axis`.
template <class T>
void addAxis(Binding<T>& b) {
    b("axis", &T::axis, "Axis",
      "The dimensions along which a vector lies whose length is held: 0 for the inputs of a Dense kernel; 0, 1, 2 for a pattern of Conv2D.")
        .min(0).max(64);
}

/// Fills a record from a struct with `static Binding<T> binding()` that is made into `Op` by its constructor; Keras writes one axis as a number.
template <class T, class Op>
void bindNorm(ConstraintType& type) {
    auto binding = std::make_shared<const Binding<T>>(T::binding());
    type.schema = binding->schema();
    type.build = [binding](const ParamMap& params, const Shape& shape) { return std::make_shared<Op>(binding->read(params), shape); };
    type.fromKeras = [](ParamMap config) {
        if (const auto found = config.find("axis"); found != config.end() && !found->second.asList()) {
            found->second = Value::List{found->second};
        }
        return config;
    };
    type.toKeras = [](ParamMap params) {
        Value& axis = params.at("axis");
        if (const auto* list = axis.asList(); list && list->size() == 1) {
            axis = Value((*list)[0]);
        }
        return params;
    };
}

} // namespace weft::constraints
