// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/variant/simd.h"

namespace weft::kernels {
namespace {
namespace own {

constexpr int dropoutBlocks = 16; // blocks of four numbers made at a time

/// The numbers 0..63 from block `first` on: weft::Random's, many blocks side by side.
inline void philox(std::uint64_t key, std::uint64_t stream, std::uint64_t first, std::uint32_t* out) {
    std::uint32_t c0[dropoutBlocks], c1[dropoutBlocks], c2[dropoutBlocks], c3[dropoutBlocks];
    for (int j = 0; j < dropoutBlocks; ++j) {
        c0[j] = static_cast<std::uint32_t>(first + static_cast<std::uint64_t>(j));
        c1[j] = static_cast<std::uint32_t>((first + static_cast<std::uint64_t>(j)) >> 32);
        c2[j] = static_cast<std::uint32_t>(stream);
        c3[j] = static_cast<std::uint32_t>(stream >> 32);
    }
    std::uint32_t k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
    for (int round = 0; round < 10; ++round) {
        for (int j = 0; j < dropoutBlocks; ++j) {
            const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c0[j];
            const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c2[j];
            c0[j] = static_cast<std::uint32_t>(p1 >> 32) ^ c1[j] ^ k0;
            c1[j] = static_cast<std::uint32_t>(p1);
            c2[j] = static_cast<std::uint32_t>(p0 >> 32) ^ c3[j] ^ k1;
            c3[j] = static_cast<std::uint32_t>(p0);
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (int j = 0; j < dropoutBlocks; ++j) {
        out[4 * j] = c0[j];
        out[4 * j + 1] = c1[j];
        out[4 * j + 2] = c2[j];
        out[4 * j + 3] = c3[j];
    }
}

inline void dropout(const float* x, float* y, std::int64_t count, float rate, std::uint64_t seed, std::uint64_t stream,
                    std::uint64_t offset, bool accumulate) {
    constexpr std::int64_t batch = dropoutBlocks * 4;
    alignas(64) std::uint32_t words[batch + lanes] = {}; // the last vector may be read past the batch
    const float scale = 1.0f / (1.0f - rate);
    std::uint64_t block = offset / 4;
    std::int64_t skipped = static_cast<std::int64_t>(offset % 4);
    for (std::int64_t i = 0; i < count; skipped = 0, block += dropoutBlocks) {
        philox(seed, stream, block, words);
        const std::int64_t end = least(count, i + batch - skipped);
        for (const std::uint32_t* word = words + skipped; i < end; i += lanes, word += lanes) {
            U random;
            __builtin_memcpy(&random, word, sizeof random);
            const V uniform = __builtin_convertvector(reinterpret_cast<I>(random >> 8), V) * 0x1p-24f;
            const bool whole = i + lanes <= end;
            const V kept = where(uniform >= rate, (whole ? load(x + i) : loadPart(x + i, end - i)) * scale, V{});
            if (whole) {
                store(y + i, accumulate ? load(y + i) + kept : kept);
            } else {
                storePart(y + i, accumulate ? loadPart(y + i, end - i) + kept : kept, end - i);
            }
        }
        i = end;
    }
}

} // namespace own
} // namespace
} // namespace weft::kernels
