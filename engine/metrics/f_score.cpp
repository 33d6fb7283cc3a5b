// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/f_score.h"

#include <algorithm>
#include <cmath>

namespace weft {
namespace {

const std::vector<std::string> kAverages = {"macro", "micro", "weighted"};

class State final : public MetricState {
public:
    State(const FScore& p, std::int64_t width) : m_p(p), m_counts(static_cast<std::size_t>(width)) {}
    void reset() override { std::fill(m_counts.begin(), m_counts.end(), Counts{}); }

    void update(std::int64_t batch, const void* target, const float* prediction, SampleWeights weights) override {
        const auto* t = static_cast<const float*>(target);
        const auto width = static_cast<std::int64_t>(m_counts.size());
        for (std::int64_t i = 0; i < batch; ++i, t += width, prediction += width) {
            const double weight = weights.numbers ? static_cast<double>(weights.numbers[i * weights.perSample]) : 1.0;
            const float largest = *std::max_element(prediction, prediction + width);
            for (std::int64_t j = 0; j < width; ++j) {
                const bool yes = m_p.threshold ? prediction[j] > static_cast<float>(*m_p.threshold) : prediction[j] >= largest && std::fabs(prediction[j]) > 1e-9F;
                const auto truth = static_cast<double>(t[j]);
                Counts& own = m_counts[static_cast<std::size_t>(j)];
                own.truePositives += yes ? weight * truth : 0;
                own.falsePositives += yes ? weight * (1 - truth) : 0;
                own.falseNegatives += yes ? 0 : weight * truth;
            }
        }
    }

    std::vector<double> results() const override {
        if (m_p.average) {
            return {result()};
        }
        std::vector<double> scores;
        for (const Counts& c : m_counts) {
            scores.push_back(score(c));
        }
        return scores;
    }

    double result() const override {
        if (m_p.average == kAverages[1]) {
            Counts all;
            for (const Counts& c : m_counts) {
                all.truePositives += c.truePositives;
                all.falsePositives += c.falsePositives;
                all.falseNegatives += c.falseNegatives;
            }
            return score(all);
        }
        double sum = 0;
        double total = 0;
        for (const Counts& c : m_counts) {
            const double weight = m_p.average == kAverages[2] ? c.truePositives + c.falseNegatives : 1.0;
            sum += weight * score(c);
            total += weight;
        }
        return sum / (m_p.average == kAverages[2] ? total + kEpsilon : total);
    }

private:
    static constexpr double kEpsilon = 1e-7;
    struct Counts {
        double truePositives = 0, falsePositives = 0, falseNegatives = 0;
    };
    double score(const Counts& c) const {
        const double precision = c.truePositives / (c.truePositives + c.falsePositives + kEpsilon);
        const double recall = c.truePositives / (c.truePositives + c.falseNegatives + kEpsilon);
        const double squared = m_p.beta * m_p.beta;
        return precision * recall / (squared * precision + recall + kEpsilon) * (1 + squared);
    }

    FScore m_p;
    std::vector<Counts> m_counts; ///< by class
};

} // namespace

void addFScore(Binding<FScore>& b) {
    b("average", &FScore::average, "Average",
      "How the classes' scores become one number: macro, their mean; weighted, their mean by how often each comes; micro, all counted together; none: one for "
      "each class, of which curves show the mean.")
        .choices(kAverages);
    b("threshold", &FScore::threshold, "Threshold", "Predictions above it count as yes; none: the largest of a sample does.").min(0).max(1);
    addName(b);
}

void bindFScore(MetricType& type, Binding<FScore> given) {
    auto binding = std::make_shared<const Binding<FScore>>(std::move(given));
    type.schema = binding->schema();
    type.higherIsBetter = true;
    type.check = [title = type.title](const ParamMap&, const TensorSpec& target, const TensorSpec& prediction) {
        const Pairing pairing = pairUp(target, prediction);
        std::string problem = pairing.problem;
        if (problem.empty() && pairing.values != 1) {
            problem = "it counts classes of samples, and there is more than one row of them in each.";
        }
        return problem.empty() ? problem : title + ": " + problem;
    };
    type.build = [binding](const ParamMap& params, const TensorSpec&, const TensorSpec& prediction) {
        return std::make_unique<State>(binding->read(params), prediction.shape.count(1));
    };
    type.examples = {{{}, {{8, 3}}, {{8, 3}}},
                     {{{"average", "macro"}}, {{8, 3}}, {{8, 3}}},
                     {{{"average", "micro"}, {"threshold", 0.4}}, {{8, 3}}, {{8, 3}}},
                     {{{"average", "weighted"}}, {{8, 4}}, {{8, 4}}}};
}

} // namespace weft
