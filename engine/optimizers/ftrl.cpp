// SPDX-License-Identifier: Apache-2.0
#include "engine/optimizers/common.h"

#include <algorithm>
#include <cmath>

namespace weft::optimizers {
namespace {

struct Ftrl {
    double learning_rate_power = -0.5;
    double initial_accumulator_value = 0.1;
    double l1_regularization_strength = 0.0;
    double l2_regularization_strength = 0.0;
    double l2_shrinkage_regularization_strength = 0.0;
    double beta = 0.0;

    static Binding<Ftrl> binding() {
        Binding<Ftrl> b;
        b("learning_rate_power", &Ftrl::learning_rate_power, "Learning rate power", "How the learning rate falls as gradients add up; 0 keeps it.").max(0);
        b("initial_accumulator_value", &Ftrl::initial_accumulator_value, "Initial sum", "What the sum of squared gradients starts with.").min(0);
        b("l1_regularization_strength", &Ftrl::l1_regularization_strength, "L1 strength", "How strongly weights are pulled to exactly 0.").min(0);
        b("l2_regularization_strength", &Ftrl::l2_regularization_strength, "L2 strength", "How strongly weights are made smaller.").min(0);
        b("l2_shrinkage_regularization_strength", &Ftrl::l2_shrinkage_regularization_strength, "L2 shrinkage", "As L2, but added to the gradient alone.").min(0).advanced();
        b("beta", &Ftrl::beta, "Beta", "The beta of the paper; added to the L2 strength, divided by twice the learning rate.").min(0).advanced();
        return b;
    }

    std::shared_ptr<const OptimizerRule> build() const;
};

class Rule : public OptimizerRule {
public:
    explicit Rule(const Ftrl& p) : m_p(p) {}
    std::vector<std::string> slots() const override { return {"accumulator", "linear"}; }
    float initial(std::size_t slot) const override { return slot == 0 ? static_cast<float>(m_p.initial_accumulator_value) : 0.0f; }
    void update(std::int64_t, double rate, const float* gradient, float* const* slots, float* weight, std::int64_t begin,
                std::int64_t end) const override {
        const auto step = static_cast<float>(rate);
        const auto power = static_cast<float>(-m_p.learning_rate_power);
        const auto l1 = static_cast<float>(m_p.l1_regularization_strength);
        const auto l2 = static_cast<float>(m_p.l2_regularization_strength + m_p.beta / (2 * rate));
        const auto shrinkage = static_cast<float>(2 * m_p.l2_shrinkage_regularization_strength);
        for (std::int64_t i = begin; i < end; ++i) {
            float& sum = slots[0][i];
            float& linear = slots[1][i];
            const float before = std::pow(sum, power);
            sum += gradient[i] * gradient[i];
            const float after = std::pow(sum, power);
            linear += gradient[i] + shrinkage * weight[i] - (after - before) / step * weight[i];
            const float quadratic = 2 * l2 + after / step;
            weight[i] = (std::clamp(linear, -l1, l1) - linear) / quadratic;
        }
    }

private:
    Ftrl m_p;
};

std::shared_ptr<const OptimizerRule> Ftrl::build() const {
    return std::make_shared<Rule>(*this);
}

} // namespace

OptimizerType ftrl() {
    OptimizerType type;
    type.name = "Ftrl";
    type.title = "FTRL";
    type.help = "Follows the regularised leader: for very many sparse features; its L1 part sets weights to exactly 0.";
    type.formula = "z = z + g - (n₊^-p - n^-p) / rate · w;  w = (clip(z, ±l1) - z) / (n₊^-p / rate + 2 · l2)";
    type.aliases = {"ftrl"};
    bindOptimizer<Ftrl>(type, 0.001);
    return type;
}

} // namespace weft::optimizers
