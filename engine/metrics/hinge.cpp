// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {

MetricType hinge() {
    return metricOfLoss("Hinge");
}

} // namespace weft::metrics
