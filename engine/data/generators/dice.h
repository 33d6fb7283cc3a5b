// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/random.h"

namespace weft {

/// Random numbers one after the other.
class Dice {
public:
    Dice(std::uint64_t seed, std::uint64_t stream) : m_random(seed, stream) {}
    double uniform() { return static_cast<double>(m_random.uniform(m_next++)); }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    double normal() { return static_cast<double>(m_random.normal(m_next++)); }
    /// 0..bound-1.
    int below(int bound) { return static_cast<int>(m_random.below(m_next++, static_cast<std::uint64_t>(bound))); }
    bool chance(double probability) { return uniform() < probability; }

private:
    Random m_random;
    std::uint64_t m_next = 0;
};

} // namespace weft
