// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/mean_deviation.h"

namespace weft::losses {
namespace {

struct Squared {
    static float value(float difference) { return difference * difference; }
    static float slope(float difference) { return 2 * difference; }
};

} // namespace

LossType mean_squared_error() {
    LossType type;
    type.name = "MeanSquaredError";
    type.title = "Mean squared error";
    type.help = "The mean of the squared differences; the usual loss where numbers are predicted.";
    type.formula = "mean((prediction - target)²)";
    type.aliases = {"mean_squared_error", "mse", "MSE"};
    bindLoss<MeanDeviation<Squared>>(type);
    type.examples = MeanDeviation<Squared>::examples();
    return type;
}

} // namespace weft::losses
