// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {

MetricType mean_squared_logarithmic_error() {
    return metricOfLoss("MeanSquaredLogarithmicError");
}

} // namespace weft::metrics
