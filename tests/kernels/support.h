// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/random.h"
#include "engine/kernels/kernels.h"
#include "tests/support/check.h"

#include <cstring>

namespace weft::kernels {

/// Standard normal numbers.
inline std::vector<float> numbers(std::int64_t count, std::uint64_t seed) {
    const Random random(seed);
    std::vector<float> result(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = random.normal(i);
    }
    return result;
}

inline bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// The largest |a - b| / (1 + |b|); infinite where one is NaN.
template <class A, class B>
double worstDifference(const std::vector<A>& a, const std::vector<B>& b) {
    double worst = a.size() == b.size() ? 0 : INFINITY;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        const double difference =
            std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[i])) / (1 + std::fabs(static_cast<double>(b[i])));
        worst = difference <= worst ? worst : std::isnan(difference) ? INFINITY : difference;
    }
    return worst;
}

} // namespace weft::kernels
