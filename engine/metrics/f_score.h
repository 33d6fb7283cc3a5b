// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/metrics/sample_mean.h"

namespace weft {

struct FScore {
    double beta = 1;
    std::optional<std::string> average;
    std::optional<double> threshold;
    std::optional<std::string> name;
};

/// Adds the parameters that Keras' F1Score and FBetaScore share.
void addFScore(Binding<FScore>& b);
/// Fills everything but names and words of a record whose parameters are these.
void bindFScore(MetricType& type, Binding<FScore> binding);

} // namespace weft
