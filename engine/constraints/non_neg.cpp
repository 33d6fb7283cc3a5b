// SPDX-License-Identifier: Apache-2.0
#include "engine/constraints/constraint_type.h"

namespace weft::constraints {
namespace {

class Op final : public Constraint {
public:
    explicit Op(const Shape& shape) : m_count(shape.isKnown() ? shape.count() : 0) {}
    void apply(float* weight) const override {
        for (std::int64_t i = 0; i < m_count; ++i) {
            weight[i] = weight[i] >= 0 ? weight[i] : 0.0F;
        }
    }

private:
    std::int64_t m_count;
};

} // namespace

ConstraintType non_neg() {
    ConstraintType type;
    type.name = "NonNeg";
    type.title = "Not negative";
    type.help = "No weight may be below 0.";
    type.formula = "w = max(w, 0)";
    type.aliases = {"non_neg"};
    type.build = [](const ParamMap&, const Shape& shape) { return std::make_shared<Op>(shape); };
    return type;
}

} // namespace weft::constraints
