// SPDX-License-Identifier: Apache-2.0
#include "engine/schedules/schedule_type.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace weft::schedules {
namespace {

struct PiecewiseConstantDecay {
    std::vector<std::int64_t> boundaries = {1000, 2000};
    std::vector<double> values = {0.01, 0.005, 0.001};

    static Binding<PiecewiseConstantDecay> binding() {
        Binding<PiecewiseConstantDecay> b;
        b("boundaries", &PiecewiseConstantDecay::boundaries, "Boundaries", "After which steps the next value holds, rising.").min(0).max(1e15).required();
        b("values", &PiecewiseConstantDecay::values, "Values", "The learning rates: one more than there are boundaries.").min(0).required();
        return b;
    }

    double rate(std::int64_t step) const {
        const auto passed = std::lower_bound(boundaries.begin(), boundaries.end(), step) - boundaries.begin();
        const auto last = static_cast<std::ptrdiff_t>(values.size()) - 1;
        return last < 0 ? 0.0 : values[static_cast<std::size_t>(std::min(passed, last))];
    }
};

} // namespace

ScheduleType piecewise_constant_decay() {
    ScheduleType type;
    type.name = "PiecewiseConstantDecay";
    type.title = "Piecewise constant";
    type.help = "Fixed learning rates, one after the other.";
    type.formula = "rate = values[i], where boundaries[i - 1] < step ≤ boundaries[i]";
    bindSchedule<PiecewiseConstantDecay>(type);
    return type;
}

} // namespace weft::schedules
