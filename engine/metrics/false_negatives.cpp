// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/confusion.h"

namespace weft::metrics {

MetricType false_negatives() {
    MetricType type;
    type.name = "FalseNegatives";
    type.title = "False negatives";
    type.help = "How many predictions were no, and wrongly so.";
    type.shortName = "false_negatives";
    type.higherIsBetter = false;
    bindConfusion<CountParameters>(type, [](const Confusion& c) { return c.falseNegatives; });
    type.examples = {{{}, {{6}}, {{6, 1}}}, {{{"thresholds", Value::List{0.7}}}, {{6, 2}}, {{6, 2}}}};
    return type;
}

} // namespace weft::metrics
