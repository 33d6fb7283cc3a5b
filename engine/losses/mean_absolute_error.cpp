// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/mean_deviation.h"

#include <cmath>

namespace weft::losses {
namespace {

struct Absolute {
    static float value(float difference) { return std::fabs(difference); }
    static float slope(float difference) { return static_cast<float>((difference > 0) - (difference < 0)); }
};

} // namespace

LossType mean_absolute_error() {
    LossType type;
    type.name = "MeanAbsoluteError";
    type.title = "Mean absolute error";
    type.help = "The mean of the absolute differences; outliers weigh less than with squares.";
    type.formula = "mean(|prediction - target|)";
    type.aliases = {"mean_absolute_error", "mae", "MAE"};
    bindLoss<MeanDeviation<Absolute>>(type);
    type.examples = MeanDeviation<Absolute>::examples();
    return type;
}

} // namespace weft::losses
