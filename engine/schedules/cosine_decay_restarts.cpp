// SPDX-License-Identifier: Apache-2.0
#include "engine/schedules/schedule_type.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace weft::schedules {
namespace {

struct CosineDecayRestarts {
    double initial_learning_rate = 0.01;
    std::int64_t first_decay_steps = 1000;
    double t_mul = 2.0;
    double m_mul = 1.0;
    double alpha = 0.0;

    static Binding<CosineDecayRestarts> binding() {
        Binding<CosineDecayRestarts> b;
        b("initial_learning_rate", &CosineDecayRestarts::initial_learning_rate, "Initial learning rate", "The learning rate of the first step.").min(0).required();
        b("first_decay_steps", &CosineDecayRestarts::first_decay_steps, "First decay steps", "How many steps the first fall takes.").min(1).max(1e15).required();
        b("t_mul", &CosineDecayRestarts::t_mul, "Length factor", "How many times as long as the one before a cycle is.").above(0);
        b("m_mul", &CosineDecayRestarts::m_mul, "Height factor", "How many times as high as the one before a cycle starts.").min(0);
        b("alpha", &CosineDecayRestarts::alpha, "Alpha", "The share of the learning rate that remains at the end.").min(0).max(1);
        return b;
    }

    double rate(std::int64_t step) const {
        double share = static_cast<double>(step) / static_cast<double>(first_decay_steps);
        double cycle = std::floor(share);
        if (t_mul == 1) {
            share -= cycle;
        } else {
            cycle = std::max(0.0, std::floor(std::log(1 - share * (1 - t_mul)) / std::log(t_mul)));
            share = (share - (1 - std::pow(t_mul, cycle)) / (1 - t_mul)) / std::pow(t_mul, cycle);
        }
        return initial_learning_rate * ((1 - alpha) * 0.5 * std::pow(m_mul, cycle) * (1 + std::cos(std::numbers::pi * share)) + alpha);
    }
};

} // namespace

ScheduleType cosine_decay_restarts() {
    ScheduleType type;
    type.name = "CosineDecayRestarts";
    type.title = "Cosine decay with restarts";
    type.help = "The learning rate falls along half a wave and starts again, each time for longer and from lower.";
    type.formula = "rate = initial · ((1 - alpha) · ½ m_mulⁱ (1 + cos(π · share of cycle i)) + alpha)";
    bindSchedule<CosineDecayRestarts>(type);
    return type;
}

} // namespace weft::schedules
