// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/kernels.h"
#include "engine/optimizers/common.h"

namespace weft::optimizers {
namespace {

struct Rmsprop {
    double rho = 0.9;
    double momentum = 0.0;
    double epsilon = 1e-7;
    bool centered = false;

    static Binding<Rmsprop> binding() {
        Binding<Rmsprop> b;
        b("rho", &Rmsprop::rho, "Rho", "How slowly the mean of squared gradients follows.").min(0).max(1);
        b("momentum", &Rmsprop::momentum, "Momentum", "How much of the last step goes into the next.").min(0).max(1);
        b("epsilon", &Rmsprop::epsilon, "Epsilon", "Keeps the division from running away.").min(0).advanced();
        b("centered", &Rmsprop::centered, "Centered", "Divides by the variance of the gradient instead of its mean square.").advanced();
        return b;
    }

    std::shared_ptr<const OptimizerRule> build() const;
};

class Rule : public OptimizerRule {
public:
    explicit Rule(const Rmsprop& p) : m_p(p) {}
    std::vector<std::string> slots() const override {
        std::vector<std::string> names = {"velocity"};
        if (m_p.momentum > 0) {
            names.push_back("momentum");
        }
        if (m_p.centered) {
            names.push_back("average_gradient");
        }
        return names;
    }
    void update(std::int64_t, double rate, const float* gradient, float* const* slots, float* weight, std::int64_t begin,
                std::int64_t end) const override {
        const kernels::RmspropStep step{static_cast<float>(rate), static_cast<float>(m_p.rho), static_cast<float>(m_p.momentum),
                                        static_cast<float>(m_p.epsilon)};
        float* momentum = m_p.momentum > 0 ? slots[1] + begin : nullptr;
        float* average = m_p.centered ? slots[m_p.momentum > 0 ? 2 : 1] + begin : nullptr;
        kernels::rmspropStep(end - begin, step, gradient + begin, slots[0] + begin, momentum, average, weight + begin);
    }

private:
    Rmsprop m_p;
};

std::shared_ptr<const OptimizerRule> Rmsprop::build() const {
    return std::make_shared<Rule>(*this);
}

} // namespace

OptimizerType rmsprop() {
    OptimizerType type;
    type.name = "RMSprop";
    type.title = "RMSprop";
    type.help = "Divides each step by the root of a running mean of squared gradients. Keras' default.";
    type.formula = "v = rho · v + (1 - rho) · g²;  w = w - rate · g / √(v + epsilon)";
    type.aliases = {"rmsprop"};
    bindOptimizer<Rmsprop>(type, 0.001);
    return type;
}

} // namespace weft::optimizers
