// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/reduction.h"

#include <array>

namespace weft {
namespace {

constexpr double kEpsilon = 1e-7; // Keras' epsilon()

double sum(const float* numbers, std::int64_t count) {
    double total = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        total += static_cast<double>(numbers[i]);
    }
    return total;
}

/// The sum of the weights in Keras' shape of them: per value where values are counted out or weighted one by one, else per sample.
double sumOfWeights(const LossWeighting& w) {
    if (!w.counts) {
        return sum(w.weights, w.samples * w.weightsPerSample);
    }
    double total = 0;
    for (std::int64_t i = 0; i < w.samples * w.valuesPerSample; ++i) {
        total += static_cast<double>(w.counts[i]) * (w.weights ? static_cast<double>(w.weights[w.weightsPerSample == 1 ? i / w.valuesPerSample : i]) : 1.0);
    }
    return total;
}

double divisor(Reduction reduction, const LossWeighting& w) {
    const std::int64_t values = w.samples * w.valuesPerSample;
    switch (reduction) {
    case Reduction::sum:
    case Reduction::none: return 1;
    case Reduction::meanWithSampleWeight: return w.weights || w.counts ? sumOfWeights(w) : static_cast<double>(values);
    case Reduction::sumOverBatchSize:
    case Reduction::mean: break;
    }
    return w.counts ? sum(w.counts, values) + kEpsilon : static_cast<double>(values);
}

} // namespace

Reduction reductionOf(const ParamMap& lossParams) {
    static constexpr std::array<std::string_view, 5> kNames = {"sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"};
    const auto found = lossParams.find("reduction");
    if (found != lossParams.end() && found->second.asText()) {
        for (std::size_t i = 0; i < kNames.size(); ++i) {
            if (*found->second.asText() == kNames[i]) {
                return static_cast<Reduction>(i);
            }
        }
    }
    return Reduction::sumOverBatchSize;
}

void lossFactors(Reduction reduction, const LossWeighting& w, double scale, float* factors) {
    const double by = divisor(reduction, w);
    const double each = by == 0 ? 0 : scale / by; // Keras divides by nothing to nothing
    for (std::int64_t i = 0; i < w.samples * w.valuesPerSample; ++i) {
        double factor = each;
        if (w.weights) {
            factor *= static_cast<double>(w.weights[w.weightsPerSample == 1 ? i / w.valuesPerSample : i]);
        }
        if (w.counts) {
            factor *= static_cast<double>(w.counts[i]);
        }
        factors[i] = static_cast<float>(factor);
    }
}

} // namespace weft
