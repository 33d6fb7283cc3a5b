// SPDX-License-Identifier: Apache-2.0
#include "engine/constraints/norms.h"

#include <algorithm>

namespace weft::constraints {
namespace {

struct MinMaxNorm {
    double min_value = 0.0;
    double max_value = 1.0;
    double rate = 1.0;
    std::vector<std::int64_t> axis = {0};

    static Binding<MinMaxNorm> binding() {
        Binding<MinMaxNorm> b;
        b("min_value", &MinMaxNorm::min_value, "Smallest norm", "The least length.").min(0);
        b("max_value", &MinMaxNorm::max_value, "Largest norm", "The largest length.").min(0);
        b("rate", &MinMaxNorm::rate, "Rate", "How much of the way is gone with each step.").min(0).max(1);
        addAxis(b);
        return b;
    }
};

class Op final : public NormConstraint {
public:
    Op(const MinMaxNorm& p, const Shape& shape) : NormConstraint(p.axis, shape), m_p(p) {}

private:
    double factor(double norm) const override { return (m_p.rate * std::min(std::max(norm, m_p.min_value), m_p.max_value) + (1 - m_p.rate) * norm) / (norm + kNormEpsilon); }
    MinMaxNorm m_p;
};

} // namespace

ConstraintType min_max_norm() {
    ConstraintType type;
    type.name = "MinMaxNorm";
    type.title = "Norm between";
    type.help = "Every vector of weights is brought to a length between two limits.";
    type.formula = "w = w · (rate · clip(|w|, min_value, max_value) + (1 - rate) · |w|) / |w|";
    type.aliases = {"min_max_norm"};
    bindNorm<MinMaxNorm, Op>(type);
    return type;
}

} // namespace weft::constraints
