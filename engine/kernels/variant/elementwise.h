// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/kernels.h"
#include "engine/kernels/variant/simd.h"

namespace weft::kernels {
namespace {
namespace own {

// In the functions below the last, partial vector goes through the same code as the others, so that where a range is cut
// does not show in the bits.

/// Calls f(position, load, store) for each vector of 0..count-1, where load(p) and store(p, v) keep within the range.
template <class F>
WEFT_INLINE void forVectors(std::int64_t count, F f) {
    const std::int64_t whole = wholeVectors(count);
    for (std::int64_t i = 0; i < whole; i += lanes) {
        f([i](const float* p) WEFT_LAMBDA_INLINE { return load(p + i); }, [i](float* p, V v) WEFT_LAMBDA_INLINE { store(p + i, v); });
    }
    if (const std::int64_t rest = count - whole) {
        f([whole, rest](const float* p) WEFT_LAMBDA_INLINE { return loadPart(p + whole, rest); },
          [whole, rest](float* p, V v) WEFT_LAMBDA_INLINE { storePart(p + whole, v, rest); });
    }
}

inline void scaled(float scale, const float* x, float* out, std::int64_t count, bool accumulate) {
    if (accumulate) {
        forVectors(count, [=](auto get, auto put) WEFT_LAMBDA_INLINE { put(out, get(out) + scale * get(x)); });
    } else {
        forVectors(count, [=](auto get, auto put) WEFT_LAMBDA_INLINE { put(out, scale * get(x)); });
    }
}

inline void multiplied(const float* a, const float* b, float* out, std::int64_t count, bool accumulate) {
    if (accumulate) {
        forVectors(count, [=](auto get, auto put) WEFT_LAMBDA_INLINE { put(out, get(out) + get(a) * get(b)); });
    } else {
        forVectors(count, [=](auto get, auto put) WEFT_LAMBDA_INLINE { put(out, get(a) * get(b)); });
    }
}

inline double sumOfSquares(const float* x, std::int64_t count) {
    constexpr int chains = 32;
    double sums[chains] = {};
    std::int64_t i = 0;
    for (; i + chains <= count; i += chains) {
        for (int j = 0; j < chains; ++j) {
            sums[j] += static_cast<double>(x[i + j]) * static_cast<double>(x[i + j]);
        }
    }
    double total = 0;
    for (; i < count; ++i) {
        total += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    }
    for (int j = 0; j < chains; ++j) {
        total += sums[j];
    }
    return total;
}

/// Sums of 64 rows first, then of those: the error grows with the root of the number of rows only.
template <class Get, class Put>
WEFT_INLINE void sumDown(const float* x, std::int64_t rows, std::int64_t stride, float* out, bool accumulate, Get get, Put put) {
    V total{};
    for (std::int64_t row = 0; row < rows; row += 64) {
        V part{};
        const std::int64_t end = least(rows, row + 64);
        for (std::int64_t r = row; r < end; ++r) {
            part += get(x + r * stride);
        }
        total += part;
    }
    put(out, accumulate ? get(out) + total : total);
}

inline void columnSums(const float* x, std::int64_t rows, std::int64_t stride, std::int64_t begin, std::int64_t end, float* out,
                       bool accumulate) {
    std::int64_t j = begin;
    for (; j + lanes <= end; j += lanes) {
        sumDown(
            x + j, rows, stride, out + j, accumulate, [](const float* p) { return load(p); }, [](float* p, V v) { store(p, v); });
    }
    if (j < end) {
        const std::int64_t rest = end - j;
        sumDown(
            x + j, rows, stride, out + j, accumulate, [rest](const float* p) { return loadPart(p, rest); },
            [rest](float* p, V v) { storePart(p, v, rest); });
    }
}

inline void sgdStep(std::int64_t count, float rate, const float* g, float* w) {
    forVectors(count, [=](auto get, auto put) WEFT_LAMBDA_INLINE { put(w, get(w) - rate * get(g)); });
}

inline void momentumStep(std::int64_t count, float rate, float momentum, bool nesterov, const float* g, float* m, float* w) {
    forVectors(count, [=](auto get, auto put) WEFT_LAMBDA_INLINE {
        const V step = rate * get(g);
        const V moved = momentum * get(m) - step;
        put(m, moved);
        put(w, get(w) + (nesterov ? momentum * moved - step : moved));
    });
}

inline void rmspropStep(std::int64_t count, const RmspropStep& s, const float* g, float* v, float* m, float* a, float* w) {
    const RmspropStep k = s;
    forVectors(count, [=](auto get, auto put) WEFT_LAMBDA_INLINE {
        const V gradient = get(g);
        const V velocity = k.rho * get(v) + (1.0f - k.rho) * gradient * gradient;
        put(v, velocity);
        V divisor = velocity + k.epsilon;
        if (a) {
            const V average = k.rho * get(a) + (1.0f - k.rho) * gradient;
            put(a, average);
            divisor = velocity - average * average + k.epsilon;
        }
        V step = k.rate * gradient / squareRoot(divisor);
        if (m) {
            step = k.momentum * get(m) + step;
            put(m, step);
        }
        put(w, get(w) - step);
    });
}

inline void adamStep(std::int64_t count, const AdamStep& s, const float* g, float* m, float* v, float* vMax, float* w) {
    const AdamStep k = s;
    forVectors(count, [=](auto get, auto put) WEFT_LAMBDA_INLINE {
        const V gradient = get(g);
        const V oldMoment = get(m);
        const V oldVelocity = get(v);
        const V moment = oldMoment + (gradient - oldMoment) * (1.0f - k.beta1);
        V velocity = oldVelocity + (gradient * gradient - oldVelocity) * (1.0f - k.beta2);
        put(m, moment);
        put(v, velocity);
        if (vMax) {
            const V largestYet = get(vMax);
            velocity = where(largestYet > velocity, largestYet, velocity);
            put(vMax, velocity);
        }
        put(w, get(w) - k.rate * moment / (squareRoot(velocity) + k.epsilon));
    });
}

} // namespace own
} // namespace
} // namespace weft::kernels
