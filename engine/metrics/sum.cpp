// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

namespace weft::metrics {
namespace {

struct Sum {
    std::optional<std::string> name;

    static Binding<Sum> binding() {
        Binding<Sum> b;
        addName(b);
        return b;
    }
};

class State final : public MetricState {
public:
    explicit State(std::int64_t width) : m_width(width) {}
    void reset() override { m_total = 0; }
    void update(std::int64_t batch, const void*, const float* prediction, SampleWeights weights) override {
        const std::int64_t share = m_width / std::max<std::int64_t>(weights.perSample, 1);
        for (std::int64_t i = 0; i < batch * m_width; ++i) {
            m_total += static_cast<double>(prediction[i]) * (weights.numbers ? static_cast<double>(weights.numbers[i / share]) : 1.0);
        }
    }
    double result() const override { return m_total; }

private:
    std::int64_t m_width;
    double m_total = 0;
};

} // namespace

MetricType sum() {
    MetricType type;
    type.name = "Sum";
    type.title = "Sum";
    type.help = "The sum of the predictions; the target has no say.";
    type.shortName = "sum";
    type.schema = Sum::binding().schema();
    type.check = [](const ParamMap&, const TensorSpec&, const TensorSpec&) { return std::string(); };
    type.build = [](const ParamMap&, const TensorSpec&, const TensorSpec& prediction) { return std::make_unique<State>(prediction.shape.count(1)); };
    type.examples = {{{}, {{5}}, {{5}}}, {{}, {{5, 3}}, {{5, 3}}}};
    return type;
}

} // namespace weft::metrics
