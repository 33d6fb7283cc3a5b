// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {

MetricType mean_absolute_percentage_error() {
    return metricOfLoss("MeanAbsolutePercentageError");
}

} // namespace weft::metrics
