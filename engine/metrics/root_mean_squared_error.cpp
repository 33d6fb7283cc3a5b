// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

#include <cmath>

namespace weft::metrics {
namespace {

struct RootMeanSquaredError {
    std::optional<std::string> name;

    static Binding<RootMeanSquaredError> binding() {
        Binding<RootMeanSquaredError> b;
        addName(b);
        return b;
    }
};

class State final : public SampleMean {
public:
    explicit State(std::int64_t width) : m_width(width) {}
    double result() const override { return std::sqrt(SampleMean::result()); }

private:
    double sample(std::int64_t index, const void* target, const float* prediction) override {
        const float* t = static_cast<const float*>(target) + index * m_width;
        const float* p = prediction + index * m_width;
        double sum = 0;
        for (std::int64_t j = 0; j < m_width; ++j) {
            const double difference = static_cast<double>(p[j] - t[j]);
            sum += difference * difference;
        }
        return sum / static_cast<double>(m_width);
    }

    std::int64_t m_width;
};

} // namespace

MetricType root_mean_squared_error() {
    MetricType type;
    type.name = "RootMeanSquaredError";
    type.title = "Root mean squared error";
    type.help = "The root of the mean of the squared differences, in the units of the target.";
    type.shortName = "root_mean_squared_error";
    type.schema = RootMeanSquaredError::binding().schema();
    type.check = [title = type.title](const ParamMap&, const TensorSpec& target, const TensorSpec& prediction) {
        const std::string problem = pairUp(target, prediction).problem;
        return problem.empty() ? problem : title + ": " + problem;
    };
    type.build = [](const ParamMap&, const TensorSpec&, const TensorSpec& prediction) {
        return std::make_unique<State>(prediction.shape.count(1));
    };
    type.examples = {{{}, {{6}}, {{6, 1}}}, {{}, {{5, 3}}, {{5, 3}}}};
    return type;
}

} // namespace weft::metrics
