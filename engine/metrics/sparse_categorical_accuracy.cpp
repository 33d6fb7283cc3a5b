// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

#include <algorithm>

namespace weft::metrics {
namespace {

struct SparseCategoricalAccuracy {
    using Target = std::int32_t;
    static constexpr bool kClassNumbers = true;
    std::optional<std::string> name;

    static Binding<SparseCategoricalAccuracy> binding() {
        Binding<SparseCategoricalAccuracy> b;
        addName(b);
        return b;
    }

    double of(std::int64_t width, const Target* target, const float* prediction) const {
        return *target == std::max_element(prediction, prediction + width) - prediction;
    }
};

} // namespace

MetricType sparse_categorical_accuracy() {
    MetricType type;
    type.name = "SparseCategoricalAccuracy";
    type.title = "Sparse categorical accuracy";
    type.help = "The share of samples whose likeliest class is the target (a class number).";
    type.aliases = {"sparse_categorical_accuracy"};
    type.shortName = "sparse_categorical_accuracy";
    type.higherIsBetter = true;
    bindRowMean<SparseCategoricalAccuracy>(type);
    type.examples = {{{}, {{6}, DType::int32}, {{6, 4}}, 4}, {{}, {{2, 3, 1}, DType::int32}, {{2, 3, 4}}, 4}};
    return type;
}

} // namespace weft::metrics
