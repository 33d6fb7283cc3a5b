// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/variant/simd.h"

namespace weft::kernels {
namespace {
namespace own {

constexpr int dropoutBlocks = 16; // blocks of four numbers made at a time

typedef std::uint64_t Wide __attribute__((vector_size(lanes * 4)));

/// Products of the low 32 bits of each 64-bit lane.
WEFT_INLINE Wide product(Wide a, std::uint32_t b) {
#if defined(__AVX512F__)
    return reinterpret_cast<Wide>(_mm512_maskz_mul_epu32(0xff, reinterpret_cast<__m512i>(a), _mm512_set1_epi64(b)));
#elif defined(__AVX2__)
    return reinterpret_cast<Wide>(_mm256_mul_epu32(reinterpret_cast<__m256i>(a), _mm256_set1_epi64x(b)));
#elif defined(__SSE2__)
    return reinterpret_cast<Wide>(_mm_mul_epu32(reinterpret_cast<__m128i>(a), _mm_set1_epi64x(b)));
#else
    return (a & 0xffffffffu) * b;
#endif
}

/// The numbers 0..63 from block `first` on: weft::Random's, a block in each 64-bit lane, whose upper halves stay 0 where
/// that matters.
inline void philox(std::uint64_t key, std::uint64_t stream, std::uint64_t first, std::uint32_t* out) {
    constexpr int blocks = lanes / 2;
    for (int done = 0; done < dropoutBlocks; done += blocks) {
        Wide c0{}, c1{};
        for (int j = 0; j < blocks; ++j) {
            const std::uint64_t block = first + static_cast<std::uint64_t>(done + j);
            c0[j] = block & 0xffffffffu;
            c1[j] = block >> 32;
        }
        Wide c2 = Wide{} + (stream & 0xffffffffu), c3 = Wide{} + (stream >> 32);
        std::uint32_t k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
        for (int round = 0; round < 10; ++round) {
            const Wide p0 = product(c0, 0xD2511F53u);
            const Wide p1 = product(c2, 0xCD9E8D57u);
            c0 = (p1 >> 32) ^ c1 ^ std::uint64_t{k0};
            c1 = p1 & 0xffffffffu;
            c2 = (p0 >> 32) ^ c3 ^ std::uint64_t{k1};
            c3 = p0 & 0xffffffffu;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        const Wide even = c0 | c1 << 32, odd = c2 | c3 << 32;
        for (int j = 0; j < blocks; ++j) {
            const std::uint64_t pair[2] = {even[j], odd[j]};
            std::uint32_t* const words = out + 4 * (done + j);
            for (int i = 0; i < 2; ++i) {
                words[2 * i] = static_cast<std::uint32_t>(pair[i]);
                words[2 * i + 1] = static_cast<std::uint32_t>(pair[i] >> 32);
            }
        }
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
