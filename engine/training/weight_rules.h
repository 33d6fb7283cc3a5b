// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/constraints/constraint_type.h"
#include "engine/model/plan.h"
#include "engine/regularizers/regularizer_type.h"

namespace weft {

/// What a model's layers ask for around a step: regularizers of trained weights and of outputs, which are part of the loss, and constraints, which
/// weights are brought back to.
class WeightRules {
public:
    explicit WeightRules(const Model& model);

    /// Takes the weights as they are: what they cost, and, if asked, the gradients of that times `scale`.
    void look(const float* const* weights, double scale, bool gradients);
    /// What the weights cost when last looked at.
    double weightCost() const { return m_weightCost; }
    /// Adds to elements of a weight's gradient what it costs.
    void addGradient(std::size_t weight, Rows elements, float* gradient) const;

    bool hasOutputCosts() const { return m_hasOutputCosts; }
    /// What the outputs of layers cost in the batch that a plan made for training has just run: a mean over its rows.
    double outputCost(const Plan& plan) const;

    struct Constrained {
        std::size_t weight;
        std::shared_ptr<const Constraint> rule;
    };
    const std::vector<Constrained>& constraints() const { return m_constraints; }

private:
    struct Regularized {
        std::size_t weight;
        Shape shape;
        std::shared_ptr<const Regularizer> rule;
        std::vector<float> gradient;
    };
    std::vector<Regularized> m_regularized;
    std::vector<int> m_regularizedAt; ///< by weight: index into m_regularized, or -1
    std::vector<Constrained> m_constraints;
    double m_weightCost = 0;
    bool m_hasOutputCosts = false;
};

} // namespace weft
