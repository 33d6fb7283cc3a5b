// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/kernels.h"
#include "engine/optimizers/common.h"

namespace weft::optimizers {
namespace {

struct Sgd {
    double momentum = 0.0;
    bool nesterov = false;

    static Binding<Sgd> binding() {
        Binding<Sgd> b;
        b("momentum", &Sgd::momentum, "Momentum", "How much of the last step goes into the next.").min(0).max(1);
        b("nesterov", &Sgd::nesterov, "Nesterov", "Looks ahead along the momentum.").advanced();
        return b;
    }

    std::shared_ptr<const OptimizerRule> build() const;
};

class Rule : public OptimizerRule {
public:
    explicit Rule(const Sgd& p) : m_p(p) {}
    std::vector<std::string> slots() const override {
        return m_p.momentum > 0 ? std::vector<std::string>{"momentum"} : std::vector<std::string>{};
    }
    void update(std::int64_t, double rate, const float* gradient, float* const* slots, float* weight, std::int64_t begin,
                std::int64_t end) const override {
        if (m_p.momentum > 0) {
            kernels::momentumStep(end - begin, static_cast<float>(rate), static_cast<float>(m_p.momentum), m_p.nesterov, gradient + begin,
                                  slots[0] + begin, weight + begin);
        } else {
            kernels::sgdStep(end - begin, static_cast<float>(rate), gradient + begin, weight + begin);
        }
    }

private:
    Sgd m_p;
};

std::shared_ptr<const OptimizerRule> Sgd::build() const {
    return std::make_shared<Rule>(*this);
}

} // namespace

OptimizerType sgd() {
    OptimizerType type;
    type.name = "SGD";
    type.title = "SGD";
    type.help = "Gradient descent, with momentum if wanted. Plain and dependable; needs a well chosen learning rate.";
    type.formula = "m = momentum · m - rate · g;  w = w + m";
    type.aliases = {"sgd"};
    bindOptimizer<Sgd>(type, 0.01);
    return type;
}

} // namespace weft::optimizers
