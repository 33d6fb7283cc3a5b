// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {

MetricType poisson() {
    return metricOfLoss("Poisson");
}

} // namespace weft::metrics
