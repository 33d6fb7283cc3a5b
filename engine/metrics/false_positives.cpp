// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/confusion.h"

namespace weft::metrics {

MetricType false_positives() {
    MetricType type;
    type.name = "FalsePositives";
    type.title = "False positives";
    type.help = "How many predictions were yes, and wrongly so.";
    type.shortName = "false_positives";
    type.higherIsBetter = false;
    bindConfusion<CountParameters>(type, [](const Confusion& c) { return c.falsePositives; });
    type.examples = {{{}, {{6}}, {{6, 1}}}, {{{"thresholds", Value::List{0.7}}}, {{6, 2}}, {{6, 2}}}};
    return type;
}

} // namespace weft::metrics
