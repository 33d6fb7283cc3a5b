// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/confusion.h"

#include <algorithm>

namespace weft {

void ConfusionState::update(std::int64_t batch, const void* target, const float* prediction, SampleWeights weights) {
    const auto* t = static_cast<const float*>(target);
    const std::int64_t rows = m_pairing.values; // per sample
    for (std::int64_t row = 0; row < batch * rows; ++row, t += m_pairing.width, prediction += m_pairing.width) {
        const std::int64_t place = row / rows * weights.perSample + row % rows * weights.perSample / rows;
        const double weight = weights.numbers ? static_cast<double>(weights.numbers[place]) : 1.0;
        const std::int64_t first = m_rule.classId.value_or(0);
        const std::int64_t end = m_rule.classId ? first + 1 : m_pairing.width;
        for (std::int64_t column = first; column < end; ++column) {
            const bool right = t[column] != 0;
            const bool large = isAmongLargest(prediction, column);
            for (std::size_t k = 0; k < m_counts.size(); ++k) {
                const bool yes = large && prediction[column] > static_cast<float>(m_rule.thresholds[k]);
                Confusion& own = m_counts[k];
                (yes ? right ? own.truePositives : own.falsePositives : right ? own.falseNegatives : own.trueNegatives) += weight;
            }
        }
    }
}

double ConfusionState::result() const {
    double sum = 0;
    for (const Confusion& counts : m_counts) {
        sum += m_result(counts);
    }
    return m_counts.empty() ? 0 : sum / static_cast<double>(m_counts.size());
}

std::vector<double> ConfusionState::results() const {
    std::vector<double> out;
    for (const Confusion& counts : m_counts) {
        out.push_back(m_result(counts));
    }
    return out;
}

bool ConfusionState::isAmongLargest(const float* row, std::int64_t column) const {
    if (!m_rule.topK) {
        return true;
    }
    // As a sorted list has it: of equal numbers the first ones are in.
    std::int64_t before = 0;
    for (std::int64_t j = 0; j < m_pairing.width; ++j) {
        before += row[j] > row[column] || (row[j] == row[column] && j < column);
    }
    return before < *m_rule.topK;
}

Binding<CountParameters> CountParameters::binding() {
    Binding<CountParameters> b;
    b("thresholds", &CountParameters::thresholds, "Thresholds", "Predictions above it count as yes; none: 0.5. Of several, curves show the mean.").min(0).max(1);
    addName(b);
    return b;
}

Binding<ShareParameters> ShareParameters::binding() {
    Binding<ShareParameters> b;
    b("thresholds", &ShareParameters::thresholds, "Thresholds", "Predictions above it count as yes; none: 0.5. Of several, curves show the mean.").min(0).max(1);
    b("top_k", &ShareParameters::top_k, "Top", "Only the so many largest predictions of a sample can be a yes; none: all.").min(1).advanced();
    b("class_id", &ShareParameters::class_id, "Class", "Only this class counts, by number from 0; none: all.").min(0).advanced();
    addName(b);
    return b;
}

} // namespace weft
