// SPDX-License-Identifier: Apache-2.0
#include "engine/optimizers/common.h"

#include <algorithm>
#include <cmath>

namespace weft::optimizers {
namespace {

struct Adadelta {
    double rho = 0.95;
    double epsilon = 1e-7;

    static Binding<Adadelta> binding() {
        Binding<Adadelta> b;
        b("rho", &Adadelta::rho, "Rho", "How slowly the means of squares follow.").min(0).max(1);
        b("epsilon", &Adadelta::epsilon, "Epsilon", "Keeps the division from running away.").above(0).advanced();
        return b;
    }

    std::shared_ptr<const OptimizerRule> build() const;
};

class Rule : public OptimizerRule {
public:
    explicit Rule(const Adadelta& p) : m_p(p) {}
    std::vector<std::string> slots() const override { return {"accumulated_grad", "accumulated_delta_var"}; }
    void update(std::int64_t, double rate, const float* gradient, float* const* slots, float* weight, std::int64_t begin,
                std::int64_t end) const override {
        const auto step = static_cast<float>(rate);
        const auto epsilon = static_cast<float>(m_p.epsilon);
        const auto rho = static_cast<float>(m_p.rho);
        for (std::int64_t i = begin; i < end; ++i) {
            float& squares = slots[0][i];
            float& steps = slots[1][i];
            squares = rho * squares + (1 - rho) * gradient[i] * gradient[i];
            const float delta = -std::sqrt(steps + epsilon) * gradient[i] / std::sqrt(squares + epsilon);
            steps = rho * steps + (1 - rho) * delta * delta;
            weight[i] += step * delta;
        }
    }

private:
    Adadelta m_p;
};

std::shared_ptr<const OptimizerRule> Adadelta::build() const {
    return std::make_shared<Rule>(*this);
}

} // namespace

OptimizerType adadelta() {
    OptimizerType type;
    type.name = "Adadelta";
    type.title = "Adadelta";
    type.help = "Steps as long as the steps before them, divided by the gradients; Keras starts it with a small learning rate, the paper with 1.";
    type.formula = "d = -√(s + epsilon) / √(a + epsilon) · g;  w = w + rate · d, with running means a of g² and s of d²";
    type.aliases = {"adadelta"};
    bindOptimizer<Adadelta>(type, 0.001);
    return type;
}

} // namespace weft::optimizers
