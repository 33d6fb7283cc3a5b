// SPDX-License-Identifier: Apache-2.0
#include "engine/optimizers/common.h"

#include <algorithm>
#include <cmath>

namespace weft::optimizers {
namespace {

struct Nadam {
    double beta_1 = 0.9;
    double beta_2 = 0.999;
    double epsilon = 1e-7;

    static Binding<Nadam> binding() {
        Binding<Nadam> b;
        b("beta_1", &Nadam::beta_1, "Beta 1", "How slowly the mean gradient follows.").min(0).below(1);
        b("beta_2", &Nadam::beta_2, "Beta 2", "How slowly the mean of squared gradients follows.").min(0).below(1);
        b("epsilon", &Nadam::epsilon, "Epsilon", "Keeps the division from running away.").above(0).advanced();
        return b;
    }

    std::shared_ptr<const OptimizerRule> build() const;
};

class Rule : public OptimizerRule {
public:
    explicit Rule(const Nadam& p) : m_p(p) {}
    std::vector<std::string> slots() const override { return {"momentum", "velocity"}; }
    std::vector<double> totals(std::int64_t updates) const override { return {productTo(updates)}; }
    void update(std::int64_t iteration, double rate, const float* gradient, float* const* slots, float* weight, std::int64_t begin,
                std::int64_t end) const override {
        const auto beta1 = static_cast<float>(m_p.beta_1);
        const auto beta2 = static_cast<float>(m_p.beta_2);
        const auto epsilon = static_cast<float>(m_p.epsilon);
        const double now = weightOf(iteration + 1);
        const double next = weightOf(iteration + 2);
        const double product = productTo(iteration + 1);
        const auto ofMoment = static_cast<float>(next / (1 - product * next));
        const auto ofGradient = static_cast<float>((1 - now) / (1 - product));
        const auto correction = static_cast<float>(1 / (1 - std::pow(m_p.beta_2, static_cast<double>(iteration + 1))));
        const auto step = static_cast<float>(rate);
        for (std::int64_t i = begin; i < end; ++i) {
            float& moment = slots[0][i];
            float& velocity = slots[1][i];
            moment += (gradient[i] - moment) * (1 - beta1);
            velocity += (gradient[i] * gradient[i] - velocity) * (1 - beta2);
            weight[i] -= step * (ofMoment * moment + ofGradient * gradient[i]) / (std::sqrt(velocity * correction) + epsilon);
        }
    }

private:
    /// u of step t, counted from 1.
    double weightOf(std::int64_t t) const { return m_p.beta_1 * (1 - 0.5 * std::pow(0.96, static_cast<double>(t))); }
    /// The product of u over steps 1 to t.
    double productTo(std::int64_t t) const {
        double product = 1;
        double decay = 1;
        for (std::int64_t i = 1; i <= std::min<std::int64_t>(t, 1000); ++i) { // 0.96 to the 1000th is nothing
            decay *= 0.96;
            product *= 1 - 0.5 * decay;
        }
        return product * std::pow(m_p.beta_1, static_cast<double>(t));
    }

    Nadam m_p;
};

std::shared_ptr<const OptimizerRule> Nadam::build() const {
    return std::make_shared<Rule>(*this);
}

} // namespace

OptimizerType nadam() {
    OptimizerType type;
    type.name = "Nadam";
    type.title = "Nadam";
    type.help = "Adam that looks one step ahead (Nesterov momentum); often a little faster.";
    type.formula = "w = w - rate · m̂ / (√v̂ + epsilon), m̂ = u₊ · m / (1 - Πu₊) + (1 - u) · g / (1 - Πu), u = beta_1 · (1 - ½ · 0.96ᵗ)";
    type.aliases = {"nadam"};
    bindOptimizer<Nadam>(type, 0.001);
    return type;
}

} // namespace weft::optimizers
