// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/losses/pairing.h"
#include "engine/metrics/metric_type.h"
#include "engine/metrics/sample_mean.h"

#include <algorithm>

namespace weft {

/// How many predictions, by weight, were rightly and wrongly yes and no.
struct Confusion {
    double truePositives = 0, falsePositives = 0, trueNegatives = 0, falseNegatives = 0;
};

/// Which numbers count and when one is a yes.
struct ConfusionRule {
    std::vector<double> thresholds = {0.5};
    std::optional<std::int64_t> topK; ///< yes: among the so many largest of its row, whatever the threshold
    std::optional<std::int64_t> classId; ///< only this column counts
};

/// Counts yes and no; `result(counts)` makes a number of them.
class ConfusionState final : public MetricState {
public:
    using Result = double (*)(const Confusion&);
    ConfusionState(const ConfusionRule& rule, const Pairing& pairing, Result result) : m_rule(rule), m_pairing(pairing), m_result(result), m_counts(m_rule.thresholds.size()) {}
    void reset() override { std::fill(m_counts.begin(), m_counts.end(), Confusion{}); }
    void update(std::int64_t batch, const void* target, const float* prediction, SampleWeights weights) override;
    double result() const override;
    std::vector<double> results() const override;

private:
    bool isAmongLargest(const float* row, std::int64_t column) const;

    ConfusionRule m_rule;
    Pairing m_pairing;
    Result m_result;
    std::vector<Confusion> m_counts; ///< by threshold
};

/// Fills schema, check, build and examples of a record from a struct with `static Binding<T> binding()`, `ConfusionRule rule() const`.
template <class T>
void bindConfusion(MetricType& type, ConfusionState::Result result) {
    auto binding = std::make_shared<const Binding<T>>(T::binding());
    type.schema = binding->schema();
    type.check = [binding, title = type.title](const ParamMap& params, const TensorSpec& target, const TensorSpec& prediction) {
        const Pairing pairing = pairUp(target, prediction);
        const ConfusionRule rule = binding->read(params).rule();
        std::string problem = pairing.problem;
        if (problem.empty() && rule.classId && *rule.classId >= pairing.width) {
            problem = "there is no class of that number: classes count from 0, and there are fewer.";
        }
        return problem.empty() ? problem : title + ": " + problem;
    };
    type.build = [binding, result](const ParamMap& params, const TensorSpec& target, const TensorSpec& prediction) {
        return std::make_unique<ConfusionState>(binding->read(params).rule(), pairUp(target, prediction), result);
    };
}

struct CountParameters {
    std::optional<std::vector<double>> thresholds;
    std::optional<std::string> name;
    static Binding<CountParameters> binding();
    ConfusionRule rule() const { return {thresholds.value_or(std::vector<double>{0.5}), {}, {}}; }
};
struct ShareParameters {
    std::optional<std::vector<double>> thresholds;
    std::optional<std::int64_t> top_k, class_id;
    std::optional<std::string> name;
    static Binding<ShareParameters> binding();
    /// Among the k largest, every one is a yes unless a threshold is given.
    ConfusionRule rule() const { return {thresholds.value_or(std::vector<double>{top_k ? -1e30 : 0.5}), top_k, class_id}; }
};

} // namespace weft
