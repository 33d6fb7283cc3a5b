// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/value.h"

#include <cstdint>
#include <string_view>

namespace weft {

/// How the values of a batch become one loss, in Keras' words: sum(w l) / N, where N is the number of values (not of weights);
/// `sum`: sum(w l); `mean_with_sample_weight`: sum(w l) / sum(w); `none`: as `sum`, where one number is asked for.
enum class Reduction { sumOverBatchSize, sum, mean, meanWithSampleWeight, none };

/// The reduction in a loss' parameters, or Keras' default.
Reduction reductionOf(const ParamMap& lossParams);

/// What `lossFactors` reads. `weights`: null, or one per sample (`weightsPerSample` 1) or one per value (as many as values per sample).
/// `counts`: null, or 1 and 0 per value as LossOp::counted gives them; then Keras counts the ones, and divides by them (+1e-7).
struct LossWeighting {
    std::int64_t samples = 0;
    std::int64_t valuesPerSample = 1;
    const float* weights = nullptr;
    std::int64_t weightsPerSample = 1;
    const float* counts = nullptr;
};

/// One number per value, so that the loss is the sum of factor times value, times `scale`. Allocates nothing; `counts` may be `factors`.
void lossFactors(Reduction reduction, const LossWeighting& weighting, double scale, float* factors);

} // namespace weft
