// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

#include <algorithm>
#include <array>

namespace weft::metrics {
namespace {

struct BinaryIoU {
    std::vector<std::int64_t> target_class_ids = {0, 1};
    double threshold = 0.5;
    std::optional<std::string> name;

    static Binding<BinaryIoU> binding() {
        Binding<BinaryIoU> b;
        b("target_class_ids", &BinaryIoU::target_class_ids, "Classes", "Whose mean is taken: 0 for no, 1 for yes, or both.").min(0).max(1);
        b("threshold", &BinaryIoU::threshold, "Threshold", "Predictions of at least this count as yes.");
        addName(b);
        return b;
    }
};

class State final : public MetricState {
public:
    State(const BinaryIoU& p, std::int64_t width) : m_p(p), m_width(width) {}
    void reset() override { m_counts = {}; }
    void update(std::int64_t batch, const void* target, const float* prediction, SampleWeights weights) override {
        const auto* t = static_cast<const float*>(target);
        const std::int64_t share = m_width / std::max<std::int64_t>(weights.perSample, 1);
        for (std::int64_t i = 0; i < batch * m_width; ++i) {
            const std::size_t yes = prediction[i] >= static_cast<float>(m_p.threshold) ? 1 : 0;
            m_counts[t[i] != 0 ? 1 : 0][yes] += weights.numbers ? static_cast<double>(weights.numbers[i / share]) : 1.0;
        }
    }
    double result() const override {
        double sum = 0;
        int valid = 0;
        for (const std::int64_t id : m_p.target_class_ids) {
            const auto c = static_cast<std::size_t>(id);
            const double both = m_counts[c][c];
            const double either = both + m_counts[c][1 - c] + m_counts[1 - c][c];
            sum += either > 0 ? both / either : 0;
            valid += either > 0;
        }
        return valid == 0 ? 0 : sum / valid;
    }

private:
    BinaryIoU m_p;
    std::int64_t m_width;
    std::array<std::array<double, 2>, 2> m_counts{}; ///< by target, then by prediction
};

} // namespace

MetricType binary_iou() {
    auto binding = std::make_shared<const Binding<BinaryIoU>>(BinaryIoU::binding());
    MetricType type;
    type.name = "BinaryIoU";
    type.title = "Binary overlap";
    type.help = "How well what was predicted as yes covers what is one: the common part over all of both.";
    type.shortName = "binary_io_u";
    type.higherIsBetter = true;
    type.schema = binding->schema();
    type.check = [title = type.title](const ParamMap&, const TensorSpec& target, const TensorSpec& prediction) {
        const std::string problem = pairUp(target, prediction).problem;
        return problem.empty() ? problem : title + ": " + problem;
    };
    type.build = [binding](const ParamMap& params, const TensorSpec&, const TensorSpec& prediction) {
        return std::make_unique<State>(binding->read(params), prediction.shape.count(1));
    };
    type.examples = {{{}, {{8}}, {{8, 1}}}, {{{"target_class_ids", Value::List{1}}, {"threshold", 0.3}}, {{8, 4}}, {{8, 4}}}};
    return type;
}

} // namespace weft::metrics
