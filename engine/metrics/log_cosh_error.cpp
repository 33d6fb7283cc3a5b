// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {

MetricType log_cosh_error() {
    MetricType type = metricOfLoss("LogCosh");
    type.name = "LogCoshError";
    type.shortName = "logcosh"; // as Keras has it
    type.aliases = {"logcosh"};
    return type;
}

} // namespace weft::metrics
