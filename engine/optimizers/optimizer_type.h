// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/layer_type.h"

namespace weft {

/// An optimizer's rule with its parameters settled. Immutable.
class OptimizerRule {
public:
    virtual ~OptimizerRule() = default;
    /// Names of the slots (one float per weight element each) that the rule keeps for every weight, in Keras' words: `momentum`, `velocity`.
    virtual std::vector<std::string> slots() const = 0;
    /// The number that a slot starts with.
    virtual float initial(std::size_t slot) const;
    /// Numbers of the whole optimizer that Keras keeps after the slots, as they are after so many updates.
    virtual std::vector<double> totals(std::int64_t updates) const;
    /// One update of elements begin..end of a weight. `iteration` counts from 0; `rate` is the learning rate of this step. Allocates nothing.
    virtual void update(std::int64_t iteration, double rate, const float* gradient, float* const* slots, float* weight, std::int64_t begin,
                        std::int64_t end) const = 0;
};

/// One kind of optimizer, in one file of `engine/optimizers`.
struct OptimizerType {
    std::string name; ///< Keras' class: `RMSprop`
    std::string title;
    std::string help;
    std::string formula;
    std::vector<std::string> aliases;
    /// Its own parameters and those that all share (learning_rate, learning_rate_schedule, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema,
    /// ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps), added by `withCommonParameters`.
    Schema schema;
    std::function<std::shared_ptr<const OptimizerRule>(const ParamMap& params)> build;
};

const std::vector<OptimizerType>& optimizerTypes();
/// By class name or alias; null if there is none.
const OptimizerType* findOptimizerType(std::string_view name);

} // namespace weft
