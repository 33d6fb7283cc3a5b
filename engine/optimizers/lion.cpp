// SPDX-License-Identifier: Apache-2.0
#include "engine/optimizers/common.h"

#include <algorithm>
#include <cmath>

namespace weft::optimizers {
namespace {

struct Lion {
    double beta_1 = 0.9;
    double beta_2 = 0.99;

    static Binding<Lion> binding() {
        Binding<Lion> b;
        b("beta_1", &Lion::beta_1, "Beta 1", "Share of the momentum in a step.").min(0).max(1);
        b("beta_2", &Lion::beta_2, "Beta 2", "How slowly the momentum follows.").min(0).max(1);
        return b;
    }

    std::shared_ptr<const OptimizerRule> build() const;
};

class Rule : public OptimizerRule {
public:
    explicit Rule(const Lion& p) : m_p(p) {}
    std::vector<std::string> slots() const override { return {"momentum"}; }
    void update(std::int64_t, double rate, const float* gradient, float* const* slots, float* weight, std::int64_t begin,
                std::int64_t end) const override {
        const auto step = static_cast<float>(rate);
        const auto beta1 = static_cast<float>(m_p.beta_1);
        const auto beta2 = static_cast<float>(m_p.beta_2);
        for (std::int64_t i = begin; i < end; ++i) {
            float& moment = slots[0][i];
            const float direction = moment * beta1 + gradient[i] * (1 - beta1);
            weight[i] -= step * static_cast<float>((direction > 0) - (direction < 0));
            moment = moment * beta2 + gradient[i] * (1 - beta2);
        }
    }

private:
    Lion m_p;
};

std::shared_ptr<const OptimizerRule> Lion::build() const {
    return std::make_shared<Rule>(*this);
}

} // namespace

OptimizerType lion() {
    OptimizerType type;
    type.name = "Lion";
    type.title = "Lion";
    type.help = "Only the sign of the momentum counts, so that every number moves by the same step. Wants a smaller learning rate than Adam.";
    type.formula = "w = w - rate · sign(beta_1 · m + (1 - beta_1) · g);  m = beta_2 · m + (1 - beta_2) · g";
    type.aliases = {"lion"};
    bindOptimizer<Lion>(type, 0.001);
    return type;
}

} // namespace weft::optimizers
