// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/layer_type.h"

/// Regularizers and constraints, as layers with a kernel and a bias have them.
namespace weft::layers {

/// Parameters of a layer with a kernel and a bias, which its struct inherits.
struct KernelRules {
    std::optional<Object> kernel_regularizer, bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint;
};

/// One of these parameters. `T` inherits KernelRules; they are shown last, folded away.
template <class T>
void addKernelRules(Binding<T>& b) {
    using Rule = std::optional<Object> T::*;
    b("kernel_regularizer", static_cast<Rule>(&T::kernel_regularizer), "Kernel regularizer", "What large numbers of the kernel cost: they are kept small by it.")
        .from("regularizers").advanced();
    b("bias_regularizer", static_cast<Rule>(&T::bias_regularizer), "Bias regularizer", "What large numbers of the bias cost.")
        .from("regularizers").advanced().when("use_bias", true);
    b("activity_regularizer", static_cast<Rule>(&T::activity_regularizer), "Activity regularizer", "What large numbers that come out of the layer cost.")
        .from("regularizers").advanced();
    b("kernel_constraint", static_cast<Rule>(&T::kernel_constraint), "Kernel constraint", "What the kernel is brought back to after every step of a training.")
        .from("constraints").advanced();
    b("bias_constraint", static_cast<Rule>(&T::bias_constraint), "Bias constraint", "What the bias is brought back to after every step of a training.")
        .from("constraints").advanced().when("use_bias", true);
}

/// Gives the weights `kernel` and `bias` their rules, and reports rules that do not fit. To be called when weights and outputs are there.
void applyRules(Inference& out, const KernelRules& rules);

/// Reports what is wrong with the regularizer of the layer's outputs, the parameter `activity_regularizer`.
void checkActivityRegularizer(Inference& out, const std::optional<Object>& regularizer);

/// `op`, whose output 0 of `outputsPerSample` numbers costs something; `op` itself where there is no regularizer.
std::shared_ptr<const LayerOp> withActivityRegularizer(std::shared_ptr<const LayerOp> op, const std::optional<Object>& regularizer, std::int64_t outputsPerSample);
std::shared_ptr<const LayerOp> withActivityRegularizer(std::shared_ptr<const LayerOp> op, std::shared_ptr<const Regularizer> regularizer,
                                                       std::int64_t outputsPerSample);

} // namespace weft::layers
