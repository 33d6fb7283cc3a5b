// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {

MetricType squared_hinge() {
    return metricOfLoss("SquaredHinge");
}

} // namespace weft::metrics
