// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

#include <algorithm>

namespace weft::metrics {
namespace {

struct TopKCategoricalAccuracy {
    using Target = float;
    static constexpr bool kClassNumbers = false;
    std::int64_t k = 5;
    std::optional<std::string> name;

    static Binding<TopKCategoricalAccuracy> binding() {
        Binding<TopKCategoricalAccuracy> b;
        b("k", &TopKCategoricalAccuracy::k, "K", "How many classes may be guessed.").min(1);
        addName(b);
        return b;
    }

    double of(std::int64_t width, const Target* target, const float* prediction) const {
        const float score = prediction[std::max_element(target, target + width) - target];
        return std::count_if(prediction, prediction + width, [&](float p) { return p > score; }) < k;
    }
};

} // namespace

MetricType top_k_categorical_accuracy() {
    MetricType type;
    type.name = "TopKCategoricalAccuracy";
    type.title = "Top k categorical accuracy";
    type.help = "The share of samples whose target (one-hot) is among the k likeliest classes.";
    type.aliases = {"top_k_categorical_accuracy"};
    type.shortName = "top_k_categorical_accuracy";
    type.higherIsBetter = true;
    bindRowMean<TopKCategoricalAccuracy>(type);
    type.examples = {{{}, {{8, 7}}, {{8, 7}}}, {{{"k", 2}}, {{2, 3, 4}}, {{2, 3, 4}}}};
    return type;
}

} // namespace weft::metrics
