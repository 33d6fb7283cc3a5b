// SPDX-License-Identifier: Apache-2.0
#include "engine/constraints/norms.h"

#include <algorithm>

namespace weft::constraints {
namespace {

struct MaxNorm {
    double max_value = 2.0;
    std::vector<std::int64_t> axis = {0};

    static Binding<MaxNorm> binding() {
        Binding<MaxNorm> b;
        b("max_value", &MaxNorm::max_value, "Largest norm", "The length that no vector exceeds.").min(0);
        addAxis(b);
        return b;
    }
};

class Op final : public NormConstraint {
public:
    Op(const MaxNorm& p, const Shape& shape) : NormConstraint(p.axis, shape), m_p(p) {}

private:
    double factor(double norm) const override { return std::clamp(norm, 0.0, m_p.max_value) / (norm + kNormEpsilon); }
    MaxNorm m_p;
};

} // namespace

ConstraintType max_norm() {
    ConstraintType type;
    type.name = "MaxNorm";
    type.title = "Largest norm";
    type.help = "No vector of weights may be longer than this.";
    type.formula = "w = w · min(|w|, max_value) / |w|";
    type.aliases = {"max_norm"};
    bindNorm<MaxNorm, Op>(type);
    return type;
}

} // namespace weft::constraints
