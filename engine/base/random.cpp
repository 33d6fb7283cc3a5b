// SPDX-License-Identifier: Apache-2.0
#include "engine/base/random.h"

#include <cmath>

namespace weft {

namespace {

constexpr std::uint64_t low32 = 0xffffffffu;

std::uint64_t highProduct(std::uint64_t a, std::uint64_t b) {
    const std::uint64_t cross = (a & low32) * (b & low32) >> 32;
    const std::uint64_t middle = (a >> 32) * (b & low32) + cross;
    const std::uint64_t other = (a & low32) * (b >> 32) + (middle & low32);
    return (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
}

} // namespace

std::array<std::uint32_t, 4> Random::block(std::uint64_t block) const {
    std::uint32_t c0 = static_cast<std::uint32_t>(block), c1 = static_cast<std::uint32_t>(block >> 32);
    std::uint32_t c2 = static_cast<std::uint32_t>(m_stream), c3 = static_cast<std::uint32_t>(m_stream >> 32);
    std::uint32_t k0 = static_cast<std::uint32_t>(m_key), k1 = static_cast<std::uint32_t>(m_key >> 32);
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c0;
        const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c2;
        c0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
        c1 = static_cast<std::uint32_t>(p1);
        c2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
        c3 = static_cast<std::uint32_t>(p0);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return {c0, c1, c2, c3};
}

float Random::uniform(std::uint64_t index) const { return static_cast<float>(block(index / 4)[index % 4] >> 8) * 0x1p-24f; }

float Random::normal(std::uint64_t index) const {
    // Words 0 and 1 of a block make normals 0 and 1 of it, words 2 and 3 the others.
    const std::array<std::uint32_t, 4> words = block(index / 4);
    const std::size_t pair = index % 4 / 2 * 2;
    const double radius = std::sqrt(-2.0 * std::log((words[pair] + 0.5) * 0x1p-32)); // never log(0)
    const double angle = 6.283185307179586 * (words[pair + 1] + 0.5) * 0x1p-32;
    return static_cast<float>(radius * (index % 2 == 0 ? std::cos(angle) : std::sin(angle)));
}

std::uint64_t Random::below(std::uint64_t index, std::uint64_t bound) const {
    const std::array<std::uint32_t, 4> words = block(index / 2);
    const std::size_t pair = index % 2 * 2;
    return highProduct(std::uint64_t{words[pair + 1]} << 32 | words[pair], bound);
}

} // namespace weft
