// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {
namespace {

struct Mean {
    std::optional<std::string> name;

    static Binding<Mean> binding() {
        Binding<Mean> b;
        addName(b);
        return b;
    }
};

class State final : public SampleMean {
public:
    explicit State(std::int64_t width) : m_width(width) {}

private:
    double sample(std::int64_t index, const void*, const float* prediction) override {
        double sum = 0;
        for (std::int64_t j = 0; j < m_width; ++j) {
            sum += static_cast<double>(prediction[index * m_width + j]);
        }
        return sum / static_cast<double>(m_width);
    }

    std::int64_t m_width;
};

} // namespace

MetricType mean() {
    MetricType type;
    type.name = "Mean";
    type.title = "Mean";
    type.help = "The mean of the predictions; the target has no say.";
    type.shortName = "mean";
    type.schema = Mean::binding().schema();
    type.check = [](const ParamMap&, const TensorSpec&, const TensorSpec&) { return std::string(); };
    type.build = [](const ParamMap&, const TensorSpec&, const TensorSpec& prediction) {
        return std::make_unique<State>(prediction.shape.count(1));
    };
    type.examples = {{{}, {{5}}, {{5}}}, {{}, {{5, 3}}, {{5, 3}}}};
    return type;
}

} // namespace weft::metrics
