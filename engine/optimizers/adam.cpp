// SPDX-License-Identifier: Apache-2.0
#include "engine/optimizers/adam.h"

#include "engine/kernels/kernels.h"

#include <cmath>

namespace weft::optimizers {
namespace {

class Rule : public OptimizerRule {
public:
    explicit Rule(const Adam& p) : m_p(p) {}
    std::vector<std::string> slots() const override {
        return m_p.amsgrad ? std::vector<std::string>{"momentum", "velocity", "velocity_hat"}
                           : std::vector<std::string>{"momentum", "velocity"};
    }
    void update(std::int64_t iteration, double rate, const float* gradient, float* const* slots, float* weight, std::int64_t begin,
                std::int64_t end) const override {
        const auto t = static_cast<double>(iteration + 1);
        const double corrected = rate * std::sqrt(1 - std::pow(m_p.beta_2, t)) / (1 - std::pow(m_p.beta_1, t));
        const kernels::AdamStep step{static_cast<float>(corrected), static_cast<float>(m_p.beta_1), static_cast<float>(m_p.beta_2),
                                     static_cast<float>(m_p.epsilon)};
        kernels::adamStep(end - begin, step, gradient + begin, slots[0] + begin, slots[1] + begin, m_p.amsgrad ? slots[2] + begin : nullptr,
                          weight + begin);
    }

private:
    Adam m_p;
};

} // namespace

std::shared_ptr<const OptimizerRule> Adam::build() const {
    return std::make_shared<Rule>(*this);
}

OptimizerType adam() {
    OptimizerType type;
    type.name = "Adam";
    type.title = "Adam";
    type.help = "Running means of the gradient and of its square. Works on most problems without much tuning.";
    type.formula = "w = w - rate · √(1 - beta_2ᵗ) / (1 - beta_1ᵗ) · m / (√v + epsilon)";
    type.aliases = {"adam"};
    bindOptimizer<Adam>(type, 0.001);
    return type;
}

} // namespace weft::optimizers
