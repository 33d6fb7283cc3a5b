// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/optimizers/common.h"

namespace weft::optimizers {

/// The parameters and the rule of Adam and of what differs from it in a default only.
struct Adam {
    double beta_1 = 0.9;
    double beta_2 = 0.999;
    double epsilon = 1e-7;
    bool amsgrad = false;

    static Binding<Adam> binding() {
        Binding<Adam> b;
        b("beta_1", &Adam::beta_1, "Beta 1", "How slowly the mean gradient follows.").min(0).below(1);
        b("beta_2", &Adam::beta_2, "Beta 2", "How slowly the mean of squared gradients follows.").min(0).below(1);
        b("epsilon", &Adam::epsilon, "Epsilon", "Keeps the division from running away.").min(0).advanced();
        b("amsgrad", &Adam::amsgrad, "AMSGrad", "Divides by the largest mean of squared gradients so far.").advanced();
        return b;
    }

    std::shared_ptr<const OptimizerRule> build() const;
};

} // namespace weft::optimizers
