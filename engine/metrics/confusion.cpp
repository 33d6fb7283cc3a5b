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
            const bool yes = isYes(prediction, column);
            const bool right = t[column] != 0;
            (yes ? right ? m_counts.truePositives : m_counts.falsePositives : right ? m_counts.falseNegatives : m_counts.trueNegatives) += weight;
        }
    }
}

bool ConfusionState::isYes(const float* row, std::int64_t column) const {
    if (m_rule.topK) {
        // As a sorted list has it: of equal numbers the first ones are in.
        std::int64_t before = 0;
        for (std::int64_t j = 0; j < m_pairing.width; ++j) {
            before += row[j] > row[column] || (row[j] == row[column] && j < column);
        }
        if (before >= *m_rule.topK) {
            return false;
        }
    }
    return static_cast<double>(row[column]) > static_cast<double>(static_cast<float>(m_rule.threshold));
}

Binding<CountParameters> CountParameters::binding() {
    Binding<CountParameters> b;
    b("thresholds", &CountParameters::thresholds, "Threshold", "Predictions above it count as yes; none: 0.5.").min(0).max(1);
    addName(b);
    return b;
}

Binding<ShareParameters> ShareParameters::binding() {
    Binding<ShareParameters> b;
    b("thresholds", &ShareParameters::thresholds, "Threshold", "Predictions above it count as yes; none: 0.5.").min(0).max(1);
    b("top_k", &ShareParameters::top_k, "Top", "Only the so many largest predictions of a sample can be a yes; none: all.").min(1).advanced();
    b("class_id", &ShareParameters::class_id, "Class", "Only this class counts, by number from 0; none: all.").min(0).advanced();
    addName(b);
    return b;
}

} // namespace weft
