// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/confusion.h"

namespace weft::metrics {

MetricType precision() {
    MetricType type;
    type.name = "Precision";
    type.title = "Precision";
    type.help = "Of all that was predicted as yes, the share that is one.";
    type.aliases = {"precision"};
    type.shortName = "precision";
    type.higherIsBetter = true;
    bindConfusion<ShareParameters>(type, [](const Confusion& c) { return c.truePositives + c.falsePositives > 0 ? c.truePositives / (c.truePositives + c.falsePositives) : 0.0; });
    type.examples = {{{}, {{6}}, {{6, 1}}}, {{{"thresholds", Value::List{0.7}}}, {{6, 2}}, {{6, 2}}}, {{{"thresholds", Value::List{0.3, 0.6}}}, {{6}}, {{6, 1}}}, {{{"top_k", 2}}, {{6, 4}}, {{6, 4}}}, {{{"class_id", 1}}, {{6, 3}}, {{6, 3}}}};
    return type;
}

} // namespace weft::metrics
