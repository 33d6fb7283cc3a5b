// SPDX-License-Identifier: Apache-2.0
#include "engine/schedules/schedule_type.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace weft::schedules {
namespace {

struct InverseTimeDecay {
    double initial_learning_rate = 0.01;
    std::int64_t decay_steps = 1000;
    double decay_rate = 0.5;
    bool staircase = false;

    static Binding<InverseTimeDecay> binding() {
        Binding<InverseTimeDecay> b;
        b("initial_learning_rate", &InverseTimeDecay::initial_learning_rate, "Initial learning rate", "The learning rate of the first step.").min(0).required();
        b("decay_steps", &InverseTimeDecay::decay_steps, "Decay steps", "How many steps the fall takes.").min(1).max(1e15).required();
        b("decay_rate", &InverseTimeDecay::decay_rate, "Decay rate", "How fast it falls.").min(0).required();
        b("staircase", &InverseTimeDecay::staircase, "Staircase", "Falls at once after so many steps instead of a little with each.");
        return b;
    }

    double rate(std::int64_t step) const {
        const double share = static_cast<double>(step) / static_cast<double>(decay_steps);
        return initial_learning_rate / (1 + decay_rate * (staircase ? std::floor(share) : share));
    }
};

} // namespace

ScheduleType inverse_time_decay() {
    ScheduleType type;
    type.name = "InverseTimeDecay";
    type.title = "Inverse time decay";
    type.help = "The learning rate falls fast at first and then ever more slowly.";
    type.formula = "rate = initial / (1 + decay_rate · step / decay_steps)";
    bindSchedule<InverseTimeDecay>(type);
    return type;
}

} // namespace weft::schedules
