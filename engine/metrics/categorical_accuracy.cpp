// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

#include <algorithm>

namespace weft::metrics {
namespace {

struct CategoricalAccuracy {
    using Target = float;
    static constexpr bool kClassNumbers = false;
    std::optional<std::string> name;

    static Binding<CategoricalAccuracy> binding() {
        Binding<CategoricalAccuracy> b;
        addName(b);
        return b;
    }

    double of(std::int64_t width, const Target* target, const float* prediction) const {
        return std::max_element(target, target + width) - target == std::max_element(prediction, prediction + width) - prediction;
    }
};

} // namespace

MetricType categorical_accuracy() {
    MetricType type;
    type.name = "CategoricalAccuracy";
    type.title = "Categorical accuracy";
    type.help = "The share of samples whose likeliest class is the target (one-hot).";
    type.aliases = {"categorical_accuracy"};
    type.shortName = "categorical_accuracy";
    type.higherIsBetter = true;
    bindRowMean<CategoricalAccuracy>(type);
    type.examples = {{{}, {{6, 4}}, {{6, 4}}}, {{}, {{2, 3, 4}}, {{2, 3, 4}}}};
    return type;
}

} // namespace weft::metrics
