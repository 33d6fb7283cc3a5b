// SPDX-License-Identifier: Apache-2.0
#include "engine/optimizers/common.h"

#include <algorithm>
#include <cmath>

namespace weft::optimizers {
namespace {

struct Adamax {
    double beta_1 = 0.9;
    double beta_2 = 0.999;
    double epsilon = 1e-7;

    static Binding<Adamax> binding() {
        Binding<Adamax> b;
        b("beta_1", &Adamax::beta_1, "Beta 1", "How slowly the mean gradient follows.").min(0).below(1);
        b("beta_2", &Adamax::beta_2, "Beta 2", "How slowly the mean of squared gradients follows.").min(0).below(1);
        b("epsilon", &Adamax::epsilon, "Epsilon", "Keeps the division from running away.").above(0).advanced();
        return b;
    }

    std::shared_ptr<const OptimizerRule> build() const;
};

class Rule : public OptimizerRule {
public:
    explicit Rule(const Adamax& p) : m_p(p) {}
    std::vector<std::string> slots() const override { return {"momentum", "norm"}; }
    void update(std::int64_t iteration, double rate, const float* gradient, float* const* slots, float* weight, std::int64_t begin,
                std::int64_t end) const override {
        const auto step = static_cast<float>(rate / (1 - std::pow(m_p.beta_1, static_cast<double>(iteration + 1))));
        const auto beta1 = static_cast<float>(m_p.beta_1);
        const auto beta2 = static_cast<float>(m_p.beta_2);
        const auto epsilon = static_cast<float>(m_p.epsilon);
        for (std::int64_t i = begin; i < end; ++i) {
            float& moment = slots[0][i];
            float& norm = slots[1][i];
            moment += (gradient[i] - moment) * (1 - beta1);
            norm = std::max(beta2 * norm, std::fabs(gradient[i]));
            weight[i] -= step * moment / (norm + epsilon);
        }
    }

private:
    Adamax m_p;
};

std::shared_ptr<const OptimizerRule> Adamax::build() const {
    return std::make_shared<Rule>(*this);
}

} // namespace

OptimizerType adamax() {
    OptimizerType type;
    type.name = "Adamax";
    type.title = "Adamax";
    type.help = "As Adam, but divides by the largest recent gradient instead of a mean; steadier where gradients are rare.";
    type.formula = "w = w - rate / (1 - beta_1ᵗ) · m / (u + epsilon), u = max(beta_2 · u, |g|)";
    type.aliases = {"adamax"};
    bindOptimizer<Adamax>(type, 0.001);
    return type;
}

} // namespace weft::optimizers
