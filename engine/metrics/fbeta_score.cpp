// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/f_score.h"

namespace weft::metrics {

MetricType fbeta_score() {
    MetricType type;
    type.name = "FBetaScore";
    type.title = "F-beta score";
    type.help = "Precision and recall in one number, in which recall counts beta times as much.";
    type.shortName = "fbeta_score";
    Binding<FScore> binding;
    binding("beta", &FScore::beta, "Beta", "How many times as much recall counts as precision.").above(0);
    addFScore(binding);
    bindFScore(type, std::move(binding));
    return type;
}

} // namespace weft::metrics
