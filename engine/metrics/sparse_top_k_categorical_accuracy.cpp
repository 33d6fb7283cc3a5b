// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

#include <algorithm>

namespace weft::metrics {
namespace {

struct SparseTopKCategoricalAccuracy {
    using Target = std::int32_t;
    static constexpr bool kClassNumbers = true;
    std::int64_t k = 5;
    std::optional<std::string> name;

    static Binding<SparseTopKCategoricalAccuracy> binding() {
        Binding<SparseTopKCategoricalAccuracy> b;
        b("k", &SparseTopKCategoricalAccuracy::k, "K", "How many classes may be guessed.").min(1);
        addName(b);
        return b;
    }

    double of(std::int64_t width, const Target* target, const float* prediction) const {
        if (*target < 0 || *target >= width) {
            return 0;
        }
        const float score = prediction[*target];
        return std::count_if(prediction, prediction + width, [&](float p) { return p > score; }) < k;
    }
};

} // namespace

MetricType sparse_top_k_categorical_accuracy() {
    MetricType type;
    type.name = "SparseTopKCategoricalAccuracy";
    type.title = "Sparse top k categorical accuracy";
    type.help = "The share of samples whose target (a class number) is among the k likeliest classes.";
    type.aliases = {"sparse_top_k_categorical_accuracy"};
    type.shortName = "sparse_top_k_categorical_accuracy";
    type.higherIsBetter = true;
    bindRowMean<SparseTopKCategoricalAccuracy>(type);
    type.examples = {{{}, {{8}, DType::int32}, {{8, 7}}, 7}, {{{"k", 2}}, {{2, 3, 1}, DType::int32}, {{2, 3, 4}}, 4}};
    return type;
}

} // namespace weft::metrics
