// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/variant/simd.h"

/// Functions on vectors, relative error about 2e-7 where not said otherwise. NaN gives NaN.
namespace weft::kernels {
namespace {
namespace own {

/// e^x. x = n ln 2 + r with |r| <= ln 2 / 2, and the Taylor polynomial of e^r; 2^n in two factors, so that results near
/// overflow and denormal ones come out right.
WEFT_INLINE V exponential(V x) {
    x = atMost(atLeast(x, -104.0f), 89.0f);
    const float magic = 12582912.0f; // 1.5 * 2^23: adding it rounds to a whole number, kept in the low bits
    const V shifted = fused(x, 1.44269504f, magic);
    const V n = shifted - magic;
    const V r = fused(n, -1.428606765330187e-06f, fused(n, -0.693145751953125f, x));
    V p = splat(1.0f / 5040);
    p = fused(p, r, 1.0f / 720);
    p = fused(p, r, 1.0f / 120);
    p = fused(p, r, 1.0f / 24);
    p = fused(p, r, 1.0f / 6);
    p = fused(p, r, 0.5f);
    p = fused(p, r, 1.0f);
    p = fused(p, r, 1.0f);
    const I whole = bits(shifted) - 0x4b400000;
    const I half = whole >> 1;
    const V first = floats((reinterpret_cast<U>(half) + 127u) << 23);
    const V second = floats((reinterpret_cast<U>(whole - half) + 127u) << 23);
    return p * first * second;
}

// tanh(x) = x N(x²) / D(x²) for |x| <= 1: the seventh convergent of Lambert's continued fraction, error below 1e-9.
WEFT_INLINE V lambertNumerator(V s) { return fused(fused(s + 378.0f, s, 17325.0f), s, 135135.0f); }
WEFT_INLINE V lambertDenominator(V s) { return fused(fused(fused(s, 28.0f, 3150.0f), s, 62370.0f), s, 135135.0f); }

WEFT_INLINE V hyperbolicTangent(V x) {
    const V s = x * x;
    const V e = exponential(2.0f * atMost(magnitude(x), 10.0f));
    const I small = magnitude(x) < 1.0f;
    const V top = where(small, x * lambertNumerator(s), withSign(e - 1.0f, x));
    const V bottom = where(small, lambertDenominator(s), e + 1.0f);
    return top / bottom;
}

/// x - tanh(x), without cancellation near 0.
WEFT_INLINE V tangentShrink(V x) {
    const V s = x * x;
    const V near = x * (fused(fused(s, 27.0f, 2772.0f), s, 45045.0f) * s) / lambertDenominator(s);
    return where(magnitude(x) < 1.0f, near, x - hyperbolicTangent(x));
}

/// e^x - 1 for x <= 0 (anything for larger x).
WEFT_INLINE V exponentialMinusOne(V x) {
    const V h = 0.5f * x;
    const V s = h * h;
    const V n = h * lambertNumerator(s);
    // e^x - 1 = 2t / (1-t) with t = tanh(x/2)
    const V near = 2.0f * n / (lambertDenominator(s) - n);
    return where(x > -1.0f, near, exponential(x) - 1.0f);
}

/// log(1 + u) for 0 <= u <= 1: 2 artanh(u / (2+u)), whose argument is at most 1/3.
WEFT_INLINE V logOnePlus(V u) {
    const V t = u / (u + 2.0f);
    const V s = t * t;
    V p = splat(2.0f / 17);
    p = fused(p, s, 2.0f / 15);
    p = fused(p, s, 2.0f / 13);
    p = fused(p, s, 2.0f / 11);
    p = fused(p, s, 2.0f / 9);
    p = fused(p, s, 2.0f / 7);
    p = fused(p, s, 2.0f / 5);
    p = fused(p, s, 2.0f / 3);
    p = fused(p, s, 2.0f);
    return p * t;
}

WEFT_INLINE V logistic(V x) {
    // e^-|x| never overflows, and keeps small results exact to the last digits.
    const V u = exponential(-magnitude(x));
    return where(x < 0.0f, u, splat(1.0f)) / (u + 1.0f);
}

/// log(1 + e^x)
WEFT_INLINE V softPlus(V x) { return atLeast(x, 0.0f) + logOnePlus(exponential(-magnitude(x))); }

/// The standard normal distribution function: erfc(z) = t exp(-z² + P(t)), t = 1 / (1 + z/2) (Chebyshev fit of
/// Press et al., Numerical Recipes, 6.2, error 1.2e-7 of the value; times |x| 1e-7 far out, from rounding z²).
WEFT_INLINE V normalDistribution(V x) {
    const V z = magnitude(x) * 0.70710678f;
    const V t = 1.0f / (0.5f * z + 1.0f);
    V p = splat(0.17087277f);
    p = fused(p, t, -0.82215223f);
    p = fused(p, t, 1.48851587f);
    p = fused(p, t, -1.13520398f);
    p = fused(p, t, 0.27886807f);
    p = fused(p, t, -0.18628806f);
    p = fused(p, t, 0.09678418f);
    p = fused(p, t, 0.37409196f);
    p = fused(p, t, 1.00002368f);
    p = fused(p, t, -1.26551223f);
    const V tail = 0.5f * t * exponential(p - z * z);
    return where(x < 0.0f, tail, 1.0f - tail);
}

} // namespace own
} // namespace
} // namespace weft::kernels
