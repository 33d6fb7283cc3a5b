// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

#include <algorithm>
#include <cmath>

namespace weft::metrics {
namespace {

struct CosineSimilarity {
    using Target = float;
    static constexpr bool kClassNumbers = false;
    std::optional<std::string> name;

    static Binding<CosineSimilarity> binding() {
        Binding<CosineSimilarity> b;
        addName(b);
        return b;
    }

    double of(std::int64_t width, const Target* target, const float* prediction) const {
        double product = 0;
        double squaresOfTarget = 0;
        double squares = 0;
        for (std::int64_t j = 0; j < width; ++j) {
            product += static_cast<double>(target[j]) * static_cast<double>(prediction[j]);
            squaresOfTarget += static_cast<double>(target[j]) * static_cast<double>(target[j]);
            squares += static_cast<double>(prediction[j]) * static_cast<double>(prediction[j]);
        }
        constexpr double longest = 1e7; // 1 / Keras' epsilon
        return product * std::min(1 / std::sqrt(squaresOfTarget), longest) * std::min(1 / std::sqrt(squares), longest);
    }
};

} // namespace

MetricType cosine_similarity() {
    MetricType type;
    type.name = "CosineSimilarity";
    type.title = "Cosine similarity";
    type.help = "How well the directions of prediction and target agree: 1 the same, 0 at right angles, -1 opposite.";
    type.aliases = {"cosine_similarity"};
    type.shortName = "cosine_similarity";
    type.higherIsBetter = true;
    bindRowMean<CosineSimilarity>(type);
    type.examples = {{{}, {{6, 3}}, {{6, 3}}}, {{}, {{4, 2, 3}}, {{4, 2, 3}}}};
    return type;
}

} // namespace weft::metrics
