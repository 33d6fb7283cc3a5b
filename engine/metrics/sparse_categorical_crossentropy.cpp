// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {

MetricType sparse_categorical_crossentropy() {
    return metricOfLoss("SparseCategoricalCrossentropy");
}

} // namespace weft::metrics
