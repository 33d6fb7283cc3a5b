// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {

MetricType kl_divergence() {
    MetricType type = metricOfLoss("KLDivergence");
    type.shortName = "kl_divergence";
    return type;
}

} // namespace weft::metrics
