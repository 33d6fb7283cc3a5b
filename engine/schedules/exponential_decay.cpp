// SPDX-License-Identifier: Apache-2.0
#include "engine/schedules/schedule_type.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace weft::schedules {
namespace {

struct ExponentialDecay {
    double initial_learning_rate = 0.01;
    std::int64_t decay_steps = 1000;
    double decay_rate = 0.96;
    bool staircase = false;

    static Binding<ExponentialDecay> binding() {
        Binding<ExponentialDecay> b;
        b("initial_learning_rate", &ExponentialDecay::initial_learning_rate, "Initial learning rate", "The learning rate of the first step.").min(0).required();
        b("decay_steps", &ExponentialDecay::decay_steps, "Decay steps", "How many steps the fall takes.").min(1).max(1e15).required();
        b("decay_rate", &ExponentialDecay::decay_rate, "Decay rate", "What it is multiplied by over the decay steps.").min(0).required();
        b("staircase", &ExponentialDecay::staircase, "Staircase", "Falls at once after so many steps instead of a little with each.");
        return b;
    }

    double rate(std::int64_t step) const {
        const double share = static_cast<double>(step) / static_cast<double>(decay_steps);
        return initial_learning_rate * std::pow(decay_rate, staircase ? std::floor(share) : share);
    }
};

} // namespace

ScheduleType exponential_decay() {
    ScheduleType type;
    type.name = "ExponentialDecay";
    type.title = "Exponential decay";
    type.help = "The learning rate is multiplied by the same number again and again.";
    type.formula = "rate = initial · decay_rate^(step / decay_steps)";
    bindSchedule<ExponentialDecay>(type);
    return type;
}

} // namespace weft::schedules
