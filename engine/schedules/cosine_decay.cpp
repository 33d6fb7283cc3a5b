// SPDX-License-Identifier: Apache-2.0
#include "engine/schedules/schedule_type.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace weft::schedules {
namespace {

struct CosineDecay {
    double initial_learning_rate = 0.01;
    std::int64_t decay_steps = 1000;
    double alpha = 0.0;
    std::optional<double> warmup_target;
    std::int64_t warmup_steps = 0;

    static Binding<CosineDecay> binding() {
        Binding<CosineDecay> b;
        b("initial_learning_rate", &CosineDecay::initial_learning_rate, "Initial learning rate", "The learning rate of the first step.").min(0).required();
        b("decay_steps", &CosineDecay::decay_steps, "Decay steps", "How many steps the fall takes.").min(1).max(1e15).required();
        b("alpha", &CosineDecay::alpha, "Alpha", "The share of the learning rate that remains at the end.").min(0).max(1);
        b("warmup_target", &CosineDecay::warmup_target, "Warm-up target", "The learning rate at the end of the warm-up, from which it then falls; none: no warm-up.").min(0);
        b("warmup_steps", &CosineDecay::warmup_steps, "Warm-up steps", "How many steps the learning rate first rises for.").min(0).max(1e15);
        return b;
    }

    double rate(std::int64_t step) const {
        if (!warmup_target) {
            return falling(initial_learning_rate, step);
        }
        if (step < warmup_steps) {
            return initial_learning_rate + (*warmup_target - initial_learning_rate) * static_cast<double>(step) / static_cast<double>(warmup_steps);
        }
        return falling(*warmup_target, step - warmup_steps);
    }

    double falling(double from, std::int64_t step) const {
        const double share = static_cast<double>(std::min(step, decay_steps)) / static_cast<double>(decay_steps);
        return from * ((1 - alpha) * 0.5 * (1 + std::cos(std::numbers::pi * share)) + alpha);
    }
};

} // namespace

ScheduleType cosine_decay() {
    ScheduleType type;
    type.name = "CosineDecay";
    type.title = "Cosine decay";
    type.help = "The learning rate falls along half a wave: slowly, fast, slowly; before that it may warm up.";
    type.formula = "rate = initial · ((1 - alpha) · ½ (1 + cos(π · step / decay_steps)) + alpha)";
    bindSchedule<CosineDecay>(type);
    return type;
}

} // namespace weft::schedules
