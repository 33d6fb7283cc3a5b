// SPDX-License-Identifier: Apache-2.0
#include "engine/constraints/norms.h"

#include "engine/base/text.h"

#include <algorithm>
#include <cmath>

namespace weft::constraints {

NormConstraint::NormConstraint(const std::vector<std::int64_t>& axis, const Shape& shape) {
    if (std::any_of(axis.begin(), axis.end(), [&](std::int64_t a) { return a >= shape.rank(); })) {
        m_problem = cat("its axis is none of the dimensions of the weight, which has the shape ", shape.text(), ".");
        return;
    }
    if (!shape.isKnown()) {
        return;
    }
    m_starts = {0};
    m_along = {0};
    for (int a = 0; a < shape.rank(); ++a) {
        auto& places = std::find(axis.begin(), axis.end(), a) != axis.end() ? m_along : m_starts;
        std::vector<std::int64_t> finer;
        finer.reserve(places.size() * static_cast<std::size_t>(shape[a]));
        for (const std::int64_t place : places) {
            for (std::int64_t i = 0; i < shape[a]; ++i) {
                finer.push_back(place + i * shape.count(a + 1));
            }
        }
        places = std::move(finer);
    }
}

void NormConstraint::apply(float* weight) const {
    for (const std::int64_t start : m_starts) {
        double squares = 0;
        for (const std::int64_t i : m_along) {
            squares += static_cast<double>(weight[start + i]) * static_cast<double>(weight[start + i]);
        }
        const auto scale = static_cast<float>(factor(std::sqrt(squares)));
        for (const std::int64_t i : m_along) {
            weight[start + i] *= scale;
        }
    }
}

} // namespace weft::constraints
