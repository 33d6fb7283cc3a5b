// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/f_score.h"

namespace weft::metrics {

MetricType f1_score() {
    MetricType type;
    type.name = "F1Score";
    type.title = "F1 score";
    type.help = "Precision and recall in one number: high only where both are.";
    type.shortName = "f1_score";
    Binding<FScore> binding;
    addFScore(binding);
    bindFScore(type, std::move(binding));
    return type;
}

} // namespace weft::metrics
