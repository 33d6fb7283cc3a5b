// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/optimizers/optimizer_type.h"

namespace weft {

/// What every optimizer can do around its own rule, in Keras' words and with Keras' meaning.
struct CommonParameters {
    double learning_rate = 0.001; ///< each record has its own default
    std::optional<Object> learning_rate_schedule; ///< in the place of the number
    std::optional<double> weight_decay;
    std::optional<double> clipnorm;
    std::optional<double> clipvalue;
    std::optional<double> global_clipnorm;
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<std::int64_t> ema_overwrite_frequency;
    std::optional<double> loss_scale_factor;
    std::optional<std::int64_t> gradient_accumulation_steps;

    static Binding<CommonParameters> binding();
};

/// The common parameters' schema, with this learning rate as the default, before and after `own`.
Schema withCommonParameters(const Schema& own, double learningRate);

/// The common part of an optimizer's parameters, which must have passed `validate`.
CommonParameters commonParameters(const OptimizerType& type, const ParamMap& params);

/// What is wrong with an optimizer as a whole: unknown type, bad parameters, more than one kind of clipping. One sentence; empty: nothing.
std::string optimizerProblem(const Object& optimizer);

/// Fills schema and build of a record from a struct with `static Binding<T> binding()` and
/// `std::shared_ptr<const OptimizerRule> build() const`.
template <class T>
void bindOptimizer(OptimizerType& type, double learningRate) {
    auto binding = std::make_shared<const Binding<T>>(T::binding());
    type.schema = withCommonParameters(binding->schema(), learningRate);
    type.build = [binding](const ParamMap& params) { return binding->read(params).build(); };
}

} // namespace weft
