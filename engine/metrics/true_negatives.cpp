// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/confusion.h"

namespace weft::metrics {

MetricType true_negatives() {
    MetricType type;
    type.name = "TrueNegatives";
    type.title = "True negatives";
    type.help = "How many predictions were no, and rightly so.";
    type.shortName = "true_negatives";
    type.higherIsBetter = true;
    bindConfusion<CountParameters>(type, [](const Confusion& c) { return c.trueNegatives; });
    type.examples = {{{}, {{6}}, {{6, 1}}}, {{{"thresholds", Value::List{0.7}}}, {{6, 2}}, {{6, 2}}}};
    return type;
}

} // namespace weft::metrics
