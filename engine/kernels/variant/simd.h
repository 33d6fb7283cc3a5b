// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/// Vectors as GCC and clang have them: one source for every instruction set.
/// Nothing of the standard library's templates is used in this folder, and everything is in unnamed namespaces: see table.h.
namespace weft::kernels {
namespace {
namespace own {

#define WEFT_INLINE inline __attribute__((always_inline))
#define WEFT_LAMBDA_INLINE __attribute__((always_inline))

// Lanes of a vector, and the largest tile (rows x vectors) whose sums stay in registers.
#if defined(__AVX512F__)
constexpr int lanes = 16;
constexpr int tileRows = 14;
#elif defined(__AVX2__)
constexpr int lanes = 8;
constexpr int tileRows = 6;
#elif defined(__aarch64__)
constexpr int lanes = 4;
constexpr int tileRows = 12;
#else
constexpr int lanes = 4;
constexpr int tileRows = 6;
#endif
constexpr int tileVectors = 2;

typedef float V __attribute__((vector_size(lanes * 4)));
typedef std::int32_t I __attribute__((vector_size(lanes * 4)));
typedef std::uint32_t U __attribute__((vector_size(lanes * 4)));

WEFT_INLINE V splat(float x) { return x - V{}; }

WEFT_INLINE V load(const float* p) {
    V v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

WEFT_INLINE void store(float* p, V v) { __builtin_memcpy(p, &v, sizeof v); }

#if defined(__AVX2__) && !defined(__AVX512F__)
WEFT_INLINE __m256i firstLanes(std::int64_t count) {
    return reinterpret_cast<__m256i>(I{0, 1, 2, 3, 4, 5, 6, 7} < static_cast<std::int32_t>(count));
}
#endif

/// The first `count` (< lanes) elements; the rest is 0.
WEFT_INLINE V loadPart(const float* p, std::int64_t count) {
#if defined(__AVX512F__)
    return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), p);
#elif defined(__AVX2__)
    return _mm256_maskload_ps(p, firstLanes(count));
#else
    V v{};
    for (std::int64_t i = 0; i < count; ++i) {
        v[i] = p[i];
    }
    return v;
#endif
}

WEFT_INLINE void storePart(float* p, V v, std::int64_t count) {
#if defined(__AVX512F__)
    _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << count) - 1), v);
#elif defined(__AVX2__)
    _mm256_maskstore_ps(p, firstLanes(count), v);
#else
    for (std::int64_t i = 0; i < count; ++i) {
        p[i] = v[i];
    }
#endif
}

WEFT_INLINE I bits(V v) { return reinterpret_cast<I>(v); }
WEFT_INLINE V floats(I v) { return reinterpret_cast<V>(v); }
WEFT_INLINE V floats(U v) { return reinterpret_cast<V>(v); }

/// Lane by lane: mask ? a : b. Masks are what comparisons give: all bits or none.
WEFT_INLINE V where(I mask, V a, V b) { return mask ? a : b; }
/// NaN in x stays NaN.
WEFT_INLINE V atLeast(V x, float bound) { return where(x < bound, splat(bound), x); }
WEFT_INLINE V atMost(V x, float bound) { return where(x > bound, splat(bound), x); }
WEFT_INLINE V magnitude(V x) { return floats(bits(x) & 0x7fffffff); }
/// |magnitude| with the sign of `sign`.
WEFT_INLINE V withSign(V magnitude, V sign) { return floats((bits(magnitude) & 0x7fffffff) | (bits(sign) & ~0x7fffffff)); }

/// a b + c, rounded once where the instruction set can. It is asked for by name, and the compiler may fuse nothing itself
/// (-ffp-contract=off): else it would fuse one copy of a loop so and another otherwise, and results would depend on where
/// a range was cut.
WEFT_INLINE V fused(V a, V b, V c) {
#if defined(__AVX512F__)
    return _mm512_fmadd_ps(a, b, c);
#elif defined(__FMA__)
    return _mm256_fmadd_ps(a, b, c);
#elif defined(__aarch64__)
    return vfmaq_f32(c, a, b);
#else
    return a * b + c;
#endif
}
WEFT_INLINE V fused(V a, V b, float c) { return fused(a, b, splat(c)); }
WEFT_INLINE V fused(V a, float b, V c) { return fused(a, splat(b), c); }
WEFT_INLINE V fused(V a, float b, float c) { return fused(a, splat(b), splat(c)); }

WEFT_INLINE V squareRoot(V x) {
#if defined(__AVX512F__)
    return _mm512_maskz_sqrt_ps(0xffff, x);
#elif defined(__AVX2__)
    return _mm256_sqrt_ps(x);
#elif defined(__SSE2__)
    return _mm_sqrt_ps(x);
#else
    for (int i = 0; i < lanes; ++i) {
        x[i] = __builtin_sqrtf(x[i]);
    }
    return x;
#endif
}

WEFT_INLINE float sum(V v) {
    float total = 0;
    for (int i = 0; i < lanes; ++i) {
        total += v[i];
    }
    return total;
}

WEFT_INLINE std::int64_t least(std::int64_t a, std::int64_t b) { return a < b ? a : b; }
WEFT_INLINE std::int64_t most(std::int64_t a, std::int64_t b) { return a > b ? a : b; }
WEFT_INLINE std::int64_t wholeVectors(std::int64_t count) { return count / lanes * lanes; }

} // namespace own
} // namespace
} // namespace weft::kernels
