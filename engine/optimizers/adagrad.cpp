// SPDX-License-Identifier: Apache-2.0
#include "engine/optimizers/common.h"

#include <algorithm>
#include <cmath>

namespace weft::optimizers {
namespace {

struct Adagrad {
    double initial_accumulator_value = 0.1;
    double epsilon = 1e-7;

    static Binding<Adagrad> binding() {
        Binding<Adagrad> b;
        b("initial_accumulator_value", &Adagrad::initial_accumulator_value, "Initial sum", "What the sum of squared gradients starts with.").min(0);
        b("epsilon", &Adagrad::epsilon, "Epsilon", "Keeps the division from running away.").above(0).advanced();
        return b;
    }

    std::shared_ptr<const OptimizerRule> build() const;
};

class Rule : public OptimizerRule {
public:
    explicit Rule(const Adagrad& p) : m_p(p) {}
    std::vector<std::string> slots() const override { return {"accumulator"}; }
    float initial(std::size_t slot) const override { return slot == 0 ? static_cast<float>(m_p.initial_accumulator_value) : 0.0f; }
    void update(std::int64_t, double rate, const float* gradient, float* const* slots, float* weight, std::int64_t begin,
                std::int64_t end) const override {
        const auto step = static_cast<float>(rate);
        const auto epsilon = static_cast<float>(m_p.epsilon);
        for (std::int64_t i = begin; i < end; ++i) {
            slots[0][i] += gradient[i] * gradient[i];
            weight[i] -= step * gradient[i] / std::sqrt(slots[0][i] + epsilon);
        }
    }

private:
    Adagrad m_p;
};

std::shared_ptr<const OptimizerRule> Adagrad::build() const {
    return std::make_shared<Rule>(*this);
}

} // namespace

OptimizerType adagrad() {
    OptimizerType type;
    type.name = "Adagrad";
    type.title = "Adagrad";
    type.help = "Divides each step by the root of all squared gradients so far: what moved much moves less. For sparse data.";
    type.formula = "a = a + g²;  w = w - rate · g / √(a + epsilon)";
    type.aliases = {"adagrad"};
    bindOptimizer<Adagrad>(type, 0.001);
    return type;
}

} // namespace weft::optimizers
