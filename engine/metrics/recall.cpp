// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/confusion.h"

namespace weft::metrics {

MetricType recall() {
    MetricType type;
    type.name = "Recall";
    type.title = "Recall";
    type.help = "Of all that is a yes, the share that was predicted as one.";
    type.aliases = {"recall"};
    type.shortName = "recall";
    type.higherIsBetter = true;
    bindConfusion<ShareParameters>(type, [](const Confusion& c) { return c.truePositives + c.falseNegatives > 0 ? c.truePositives / (c.truePositives + c.falseNegatives) : 0.0; });
    type.examples = {{{}, {{6}}, {{6, 1}}}, {{{"thresholds", Value::List{0.7}}}, {{6, 2}}, {{6, 2}}}, {{{"top_k", 2}}, {{6, 4}}, {{6, 4}}}, {{{"class_id", 1}}, {{6, 3}}, {{6, 3}}}};
    return type;
}

} // namespace weft::metrics
