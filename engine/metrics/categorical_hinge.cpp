// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {

MetricType categorical_hinge() {
    return metricOfLoss("CategoricalHinge");
}

} // namespace weft::metrics
