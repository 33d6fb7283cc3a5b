// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {

MetricType binary_crossentropy() {
    return metricOfLoss("BinaryCrossentropy");
}

} // namespace weft::metrics
