// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {
namespace {

struct Accuracy {
    using Target = float;
    static constexpr bool kClassNumbers = false;
    std::optional<std::string> name;

    static Binding<Accuracy> binding() {
        Binding<Accuracy> b;
        addName(b);
        return b;
    }

    double of(std::int64_t width, const Target* target, const float* prediction) const {
        std::int64_t hits = 0;
        for (std::int64_t j = 0; j < width; ++j) {
            hits += target[j] == prediction[j];
        }
        return static_cast<double>(hits) / static_cast<double>(width);
    }
};

} // namespace

MetricType accuracy() {
    MetricType type;
    type.name = "Accuracy";
    type.title = "Accuracy";
    type.help = "The share of numbers that are exactly the target.";
    type.aliases = {"accuracy"};
    type.shortName = "accuracy";
    type.higherIsBetter = true;
    bindRowMean<Accuracy>(type);
    type.examples = {{{}, {{6}}, {{6}}}, {{}, {{6, 2}}, {{6, 2}}}};
    return type;
}

} // namespace weft::metrics
