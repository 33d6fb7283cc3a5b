// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {
namespace {

struct BinaryAccuracy {
    using Target = float;
    static constexpr bool kClassNumbers = false;
    double threshold = 0.5;
    std::optional<std::string> name;

    static Binding<BinaryAccuracy> binding() {
        Binding<BinaryAccuracy> b;
        b("threshold", &BinaryAccuracy::threshold, "Threshold", "Predictions above it count as 1, others as 0.");
        addName(b);
        return b;
    }

    double of(std::int64_t width, const Target* target, const float* prediction) const {
        std::int64_t hits = 0;
        for (std::int64_t j = 0; j < width; ++j) {
            hits += target[j] == (prediction[j] > static_cast<float>(threshold) ? 1.0f : 0.0f);
        }
        return static_cast<double>(hits) / static_cast<double>(width);
    }
};

} // namespace

MetricType binary_accuracy() {
    MetricType type;
    type.name = "BinaryAccuracy";
    type.title = "Binary accuracy";
    type.help = "The share of predictions on the right side of the threshold.";
    type.aliases = {"binary_accuracy"};
    type.shortName = "binary_accuracy";
    type.higherIsBetter = true;
    bindRowMean<BinaryAccuracy>(type);
    type.examples = {{{}, {{6}}, {{6, 1}}}, {{{"threshold", 0.7}}, {{6, 2}}, {{6, 2}}}};
    return type;
}

} // namespace weft::metrics
