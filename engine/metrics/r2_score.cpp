// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

#include <algorithm>
#include <cmath>

namespace weft::metrics {
namespace {

const std::vector<std::string> kWays = {"uniform_average", "variance_weighted_average"};

struct R2Score {
    std::string class_aggregation = kWays[0];
    std::int64_t num_regressors = 0;
    std::optional<std::string> name;

    static Binding<R2Score> binding() {
        Binding<R2Score> b;
        b("class_aggregation", &R2Score::class_aggregation, "Aggregation", "How the scores of several columns become one: their mean, or weighted by how much each varies.")
            .choices(kWays);
        b("num_regressors", &R2Score::num_regressors, "Regressors", "For the adjusted score; only 0, the plain one, is possible.").min(0).max(0).advanced();
        addName(b);
        return b;
    }
};

class State final : public MetricState {
public:
    State(const R2Score& p, std::int64_t width) : m_weighted(p.class_aggregation == kWays[1]), m_sums(static_cast<std::size_t>(width)) {}
    void reset() override {
        std::fill(m_sums.begin(), m_sums.end(), Sums{});
        m_count = 0;
    }
    void update(std::int64_t batch, const void* target, const float* prediction, SampleWeights weights) override {
        const auto* t = static_cast<const float*>(target);
        for (std::int64_t i = 0; i < batch; ++i) {
            const double weight = weights.numbers ? static_cast<double>(weights.numbers[i * weights.perSample]) : 1.0;
            for (Sums& own : m_sums) {
                const auto truth = static_cast<double>(*t++);
                const double error = truth - static_cast<double>(*prediction++);
                own.sum += weight * truth;
                own.squares += weight * truth * truth;
                own.errors += weight * error * error;
            }
            m_count += weight;
        }
    }
    double result() const override {
        double sum = 0;
        double weights = 0;
        for (const Sums& own : m_sums) {
            const double total = m_count == 0 ? 0 : own.squares - own.sum * own.sum / m_count;
            const double score = total == 0 ? 0 : 1 - own.errors / total;
            const double weight = m_weighted ? total : 1.0;
            sum += weight * score;
            weights += weight;
        }
        return weights == 0 ? 0 : sum / weights;
    }

private:
    struct Sums {
        double sum = 0, squares = 0, errors = 0;
    };
    bool m_weighted;
    std::vector<Sums> m_sums; ///< by column
    double m_count = 0;
};

} // namespace

MetricType r2_score() {
    auto binding = std::make_shared<const Binding<R2Score>>(R2Score::binding());
    MetricType type;
    type.name = "R2Score";
    type.title = "R² score";
    type.help = "How much of the targets' variation the predictions explain: 1 all, 0 no more than their mean would.";
    type.shortName = "r2_score";
    type.higherIsBetter = true;
    type.schema = binding->schema();
    type.check = [title = type.title](const ParamMap&, const TensorSpec& target, const TensorSpec& prediction) {
        const Pairing pairing = pairUp(target, prediction);
        const std::string problem = pairing.problem.empty() && pairing.values != 1 ? "it takes one row of numbers for each sample." : pairing.problem;
        return problem.empty() ? problem : title + ": " + problem;
    };
    type.build = [binding](const ParamMap& params, const TensorSpec&, const TensorSpec& prediction) {
        return std::make_unique<State>(binding->read(params), prediction.shape.count(1));
    };
    type.examples = {{{}, {{8}}, {{8, 1}}}, {{{"class_aggregation", "variance_weighted_average"}}, {{8, 2}}, {{8, 2}}}};
    return type;
}

} // namespace weft::metrics
