// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {

MetricType categorical_crossentropy() {
    return metricOfLoss("CategoricalCrossentropy");
}

} // namespace weft::metrics
