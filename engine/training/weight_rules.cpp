// SPDX-License-Identifier: Apache-2.0
#include "engine/training/weight_rules.h"

#include <algorithm>

namespace weft {

WeightRules::WeightRules(const Model& model) {
    for (std::size_t i = 0; i < model.weights().size(); ++i) {
        const Model::Weight& weight = model.weights()[i];
        m_regularizedAt.push_back(-1);
        if (!weight.trainable) {
            continue; // as in Keras: what is frozen costs nothing
        }
        if (auto rule = regularizerOf(weight.spec.regularizer)) {
            m_regularizedAt.back() = static_cast<int>(m_regularized.size());
            m_regularized.push_back({i, weight.spec.shape, std::move(rule), std::vector<float>(static_cast<std::size_t>(weight.spec.shape.count()))});
        }
        if (auto rule = constraintOf(weight.spec.constraint, weight.spec.shape)) {
            m_constraints.push_back({i, std::move(rule)});
        }
    }
    m_hasOutputCosts = std::any_of(model.nodes().begin(), model.nodes().end(), [](const Model::Node& node) { return node.op && node.op->activityRegularizer(); });
}

void WeightRules::look(const float* const* weights, double scale, bool gradients) {
    m_weightCost = 0;
    for (Regularized& r : m_regularized) {
        m_weightCost += r.rule->value(r.shape, weights[r.weight]);
        if (gradients) {
            std::fill(r.gradient.begin(), r.gradient.end(), 0.0F);
            r.rule->addGradient(r.shape, weights[r.weight], static_cast<float>(scale), r.gradient.data());
        }
    }
}

void WeightRules::addGradient(std::size_t weight, Rows elements, float* gradient) const {
    if (const int at = m_regularizedAt[weight]; at >= 0) {
        const std::vector<float>& own = m_regularized[static_cast<std::size_t>(at)].gradient;
        for (std::int64_t i = elements.begin; i < elements.end; ++i) {
            gradient[i] += own[static_cast<std::size_t>(i)];
        }
    }
}

double WeightRules::outputCost(const Plan& plan) const {
    double cost = 0;
    for (const Model::Node& node : plan.model().nodes()) {
        if (const Regularizer* rule = node.op ? node.op->activityRegularizer() : nullptr) {
            const int value = node.outputs.front();
            const Shape shape = plan.model().values()[static_cast<std::size_t>(value)].shape.withBatch(plan.options().batch);
            cost += rule->value(shape, static_cast<const float*>(plan.value(value)));
        }
    }
    return cost / static_cast<double>(plan.options().batch);
}

} // namespace weft
