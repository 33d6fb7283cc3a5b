// SPDX-License-Identifier: Apache-2.0
#include "engine/schedules/schedule_type.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace weft::schedules {
namespace {

struct PolynomialDecay {
    double initial_learning_rate = 0.01;
    std::int64_t decay_steps = 1000;
    double end_learning_rate = 0.0001;
    double power = 1.0;
    bool cycle = false;

    static Binding<PolynomialDecay> binding() {
        Binding<PolynomialDecay> b;
        b("initial_learning_rate", &PolynomialDecay::initial_learning_rate, "Initial learning rate", "The learning rate of the first step.").min(0).required();
        b("decay_steps", &PolynomialDecay::decay_steps, "Decay steps", "How many steps the fall takes.").min(1).max(1e15).required();
        b("end_learning_rate", &PolynomialDecay::end_learning_rate, "End learning rate", "Where it ends.").min(0);
        b("power", &PolynomialDecay::power, "Power", "1 is a straight line; larger falls faster at first.").min(0);
        b("cycle", &PolynomialDecay::cycle, "Cycle", "Goes up again when it has arrived, and takes longer each time.");
        return b;
    }

    double rate(std::int64_t step) const {
        double length = static_cast<double>(decay_steps);
        double at = static_cast<double>(step);
        if (cycle) {
            length *= step == 0 ? 1.0 : std::ceil(at / length);
        } else {
            at = std::min(at, length);
        }
        return (initial_learning_rate - end_learning_rate) * std::pow(1 - at / length, power) + end_learning_rate;
    }
};

} // namespace

ScheduleType polynomial_decay() {
    ScheduleType type;
    type.name = "PolynomialDecay";
    type.title = "Polynomial decay";
    type.help = "The learning rate falls along a line, or a curve, to an end value and stays there, or starts again.";
    type.formula = "rate = (initial - end) · (1 - step / decay_steps)^power + end";
    bindSchedule<PolynomialDecay>(type);
    return type;
}

} // namespace weft::schedules
