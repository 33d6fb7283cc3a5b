// SPDX-License-Identifier: Apache-2.0
#include "engine/constraints/norms.h"

namespace weft::constraints {
namespace {

struct UnitNorm {
    std::vector<std::int64_t> axis = {0};

    static Binding<UnitNorm> binding() {
        Binding<UnitNorm> b;
        addAxis(b);
        return b;
    }
};

class Op final : public NormConstraint {
public:
    Op(const UnitNorm& p, const Shape& shape) : NormConstraint(p.axis, shape) {}

private:
    double factor(double norm) const override { return 1 / (norm + kNormEpsilon); }
};

} // namespace

ConstraintType unit_norm() {
    ConstraintType type;
    type.name = "UnitNorm";
    type.title = "Unit norm";
    type.help = "Every vector of weights has the length 1.";
    type.formula = "w = w / |w|";
    type.aliases = {"unit_norm"};
    bindNorm<UnitNorm, Op>(type);
    return type;
}

} // namespace weft::constraints
