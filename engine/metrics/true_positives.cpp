// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/confusion.h"

namespace weft::metrics {

MetricType true_positives() {
    MetricType type;
    type.name = "TruePositives";
    type.title = "True positives";
    type.help = "How many predictions were yes, and rightly so.";
    type.shortName = "true_positives";
    type.higherIsBetter = true;
    bindConfusion<CountParameters>(type, [](const Confusion& c) { return c.truePositives; });
    type.examples = {{{}, {{6}}, {{6, 1}}}, {{{"thresholds", Value::List{0.7}}}, {{6, 2}}, {{6, 2}}}};
    return type;
}

} // namespace weft::metrics
