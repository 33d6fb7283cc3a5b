// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace weft {

/// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011). The number at a counter depends on nothing but key and counter, so results are the same
/// whatever the number of threads and the order of work.
class Random {
public:
    /// `seed` chooses the sequence, `stream` an independent one of 2^64 under that seed.
    explicit Random(std::uint64_t seed, std::uint64_t stream = 0) : m_key(seed), m_stream(stream) {}

    /// Four 32-bit numbers at `block`.
    std::array<std::uint32_t, 4> block(std::uint64_t block) const;

    /// Number `index` of the stream, uniform in [0, 1), 24 bits.
    float uniform(std::uint64_t index) const;
    /// Number `index` of the stream, standard normal (Box-Muller).
    float normal(std::uint64_t index) const;
    /// Uniform in 0..bound-1, unbiased enough for shuffling (64-bit multiply-shift); bound > 0.
    std::uint64_t below(std::uint64_t index, std::uint64_t bound) const;

private:
    std::uint64_t m_key;
    std::uint64_t m_stream;
};

} // namespace weft
