// SPDX-License-Identifier: Apache-2.0
#include "engine/optimizers/common.h"

#include "engine/base/text.h"

namespace weft {

Binding<CommonParameters> CommonParameters::binding() {
    using P = CommonParameters;
    Binding<P> b;
    b("learning_rate", &P::learning_rate, "Learning rate", "How far a step goes. Too large: the loss jumps or becomes NaN; too small: it hardly falls.")
        .min(0)
        .kerasObject("learning_rate_schedule");
    b("learning_rate_schedule", &P::learning_rate_schedule, "Schedule", "How the learning rate changes from step to step; none: it stays as it is.")
        .from("schedules");
    b("weight_decay", &P::weight_decay, "Weight decay", "Every step also shrinks each trained weight by this times the learning rate.").min(0).advanced();
    b("clipnorm", &P::clipnorm, "Clip norm", "The gradient of each weight is scaled down to at most this length.").above(0).advanced();
    b("clipvalue", &P::clipvalue, "Clip value", "Each number of the gradient is held between minus this and this.").above(0).advanced();
    b("global_clipnorm", &P::global_clipnorm, "Global clip norm", "The gradient of all weights together is scaled down to at most this length.")
        .above(0)
        .advanced();
    b("use_ema", &P::use_ema, "Average weights", "Keeps a moving average of the weights, which they become when training ends.").advanced();
    b("ema_momentum", &P::ema_momentum, "Average momentum", "How slowly that average follows the weights.").min(0).max(1).when("use_ema", true).advanced();
    b("ema_overwrite_frequency", &P::ema_overwrite_frequency, "Average overwrites every", "So many steps apart, the weights become their average.")
        .min(1)
        .when("use_ema", true)
        .advanced();
    b("loss_scale_factor", &P::loss_scale_factor, "Loss scale", "The loss is multiplied by this before gradients are computed, and they are divided by it.")
        .above(0)
        .advanced();
    b("gradient_accumulation_steps", &P::gradient_accumulation_steps, "Accumulate gradients over", "Weights move once in so many batches, by the mean gradient.")
        .min(2)
        .advanced();
    return b;
}

Schema withCommonParameters(const Schema& own, double learningRate) {
    Schema common = CommonParameters::binding().schema();
    common.front().defaultValue = learningRate;
    // What people turn most comes first: the learning rate, then what is the optimizer's own.
    common.insert(common.begin() + 1, own.begin(), own.end());
    return common;
}

CommonParameters commonParameters(const OptimizerType& type, const ParamMap& params) {
    const auto binding = CommonParameters::binding();
    ParamMap whole; // an optimizer's own defaults
    for (const Parameter& p : binding.schema()) {
        whole[p.name] = valueOf(type.schema, params, p.name);
    }
    return binding.read(whole);
}

std::string optimizerProblem(const Object& optimizer) {
    const OptimizerType* type = findOptimizerType(optimizer.type);
    if (!type) {
        return cat("There is no optimizer named \"", optimizer.type, "\".");
    }
    if (const auto problems = validate(type->schema, optimizer.params); !problems.empty()) {
        return cat(type->title, ": ", problems.front().message);
    }
    const CommonParameters common = commonParameters(*type, optimizer.params);
    if (common.clipnorm.has_value() + common.clipvalue.has_value() + common.global_clipnorm.has_value() > 1) {
        return cat(type->title, ": only one of clipnorm, clipvalue and global_clipnorm can be set.");
    }
    return {};
}

} // namespace weft
