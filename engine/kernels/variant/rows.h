// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/variant/activation.h"

/// Activations that work along a row. Sums run over whole vectors and then over lanes, always in the same order.
namespace weft::kernels {
namespace {
namespace own {

/// The next vector of a row that has `left` numbers left; what is beyond the row is `filler`.
WEFT_INLINE V loadRow(const float* p, std::int64_t left, float filler) {
    if (left >= lanes) {
        return load(p);
    }
    V v = loadPart(p, left);
    for (int i = 0; i < lanes; ++i) {
        v[i] = i < left ? v[i] : filler;
    }
    return v;
}

WEFT_INLINE void storeRow(float* p, V v, std::int64_t left) {
    if (left >= lanes) {
        store(p, v);
    } else {
        storePart(p, v, left);
    }
}

inline float largest(const float* x, std::int64_t columns) {
    V best = splat(-__builtin_inff());
    for (std::int64_t j = 0; j < columns; j += lanes) {
        const V v = loadRow(x + j, columns - j, -__builtin_inff());
        best = where((v > best) | (v != v), v, best);
    }
    float result = best[0];
    for (int i = 1; i < lanes; ++i) {
        result = best[i] > result || best[i] != best[i] ? best[i] : result;
    }
    return result;
}

inline void softmaxRow(const float* x, float* y, std::int64_t columns) {
    const float top = largest(x, columns);
    V total{};
    for (std::int64_t j = 0; j < columns; j += lanes) {
        const V e = exponential(loadRow(x + j, columns - j, -__builtin_inff()) - top);
        total += e;
        storeRow(y + j, e, columns - j);
    }
    const float factor = 1.0f / sum(total);
    for (std::int64_t j = 0; j < columns; j += lanes) {
        storeRow(y + j, loadRow(y + j, columns - j, 0.0f) * factor, columns - j);
    }
}

inline void logSoftmaxRow(const float* x, float* y, std::int64_t columns) {
    const float top = largest(x, columns);
    V total{};
    for (std::int64_t j = 0; j < columns; j += lanes) {
        total += exponential(loadRow(x + j, columns - j, -__builtin_inff()) - top);
    }
    const float logTotal = __builtin_logf(sum(total));
    for (std::int64_t j = 0; j < columns; j += lanes) {
        storeRow(y + j, (loadRow(x + j, columns - j, 0.0f) - top) - logTotal, columns - j);
    }
}

/// Martins and Astudillo, "From softmax to sparsemax", 2016. The threshold t solves sum(max(0, x - t)) = 1: Newton's
/// method from below on that piecewise linear function, which ends after at most `columns` steps and needs no sorting.
inline void sparsemaxRow(const float* x, float* y, std::int64_t columns) {
    const float top = largest(x, columns);
    double threshold = -1.0; // of x - top
    for (std::int64_t step = 0; step <= columns; ++step) {
        double total = 0;
        std::int64_t inside = 0;
        for (std::int64_t j = 0; j < columns; ++j) {
            const double shifted = static_cast<double>(x[j]) - top;
            if (shifted > threshold) {
                total += shifted;
                ++inside;
            }
        }
        const double next = (total - 1.0) / static_cast<double>(inside > 0 ? inside : 1);
        if (!(next > threshold)) {
            break;
        }
        threshold = next;
    }
    for (std::int64_t j = 0; j < columns; ++j) {
        const double value = (static_cast<double>(x[j]) - top) - threshold;
        y[j] = value < 0 ? 0.0f : static_cast<float>(value);
    }
}

inline void activate(Activation a, const float* x, float* y, std::int64_t rows, std::int64_t columns) {
    if (elementwise(a)) {
        if (a != Activation::linear || x != y) {
            activateElements(a, x, y, rows * columns);
        }
        return;
    }
    for (std::int64_t row = 0; columns > 0 && row < rows; ++row, x += columns, y += columns) {
        if (a == Activation::softmax) {
            softmaxRow(x, y, columns);
        } else if (a == Activation::log_softmax) {
            logSoftmaxRow(x, y, columns);
        } else {
            sparsemaxRow(x, y, columns);
        }
    }
}

/// dx (+)= weight(y) dy + offset(y), vector by vector.
template <class F>
void rowGradient(const float* y, const float* dy, float* dx, std::int64_t columns, bool accumulate, F f) {
    for (std::int64_t j = 0; j < columns; j += lanes) {
        const V v = f(loadRow(y + j, columns - j, 0.0f), loadRow(dy + j, columns - j, 0.0f));
        storeRow(dx + j, accumulate ? loadRow(dx + j, columns - j, 0.0f) + v : v, columns - j);
    }
}

inline void softmaxRowGradient(const float* y, const float* dy, float* dx, std::int64_t columns, bool accumulate) {
    V total{};
    for (std::int64_t j = 0; j < columns; j += lanes) {
        total += loadRow(y + j, columns - j, 0.0f) * loadRow(dy + j, columns - j, 0.0f);
    }
    const float mean = sum(total);
    rowGradient(y, dy, dx, columns, accumulate, [mean](V p, V by) { return p * (by - mean); });
}

inline void logSoftmaxRowGradient(const float* y, const float* dy, float* dx, std::int64_t columns, bool accumulate) {
    V total{};
    for (std::int64_t j = 0; j < columns; j += lanes) {
        total += loadRow(dy + j, columns - j, 0.0f);
    }
    const float all = sum(total);
    rowGradient(y, dy, dx, columns, accumulate, [all](V p, V by) { return by - exponential(p) * all; });
}

inline void sparsemaxRowGradient(const float* y, const float* dy, float* dx, std::int64_t columns, bool accumulate) {
    V total{};
    V inside{};
    for (std::int64_t j = 0; j < columns; j += lanes) {
        const I in = loadRow(y + j, columns - j, 0.0f) > 0.0f;
        total += where(in, loadRow(dy + j, columns - j, 0.0f), V{});
        inside += where(in, splat(1.0f), V{});
    }
    const float mean = sum(total) / sum(inside);
    rowGradient(y, dy, dx, columns, accumulate, [mean](V p, V by) { return where(p > 0.0f, by - mean, V{}); });
}

inline void activateGradient(Activation a, const float* x, const float* y, const float* dy, float* dx, std::int64_t rows,
                             std::int64_t columns, bool accumulate) {
    if (elementwise(a)) {
        gradientOfElements(a, x, y, dy, dx, rows * columns, accumulate);
        return;
    }
    for (std::int64_t row = 0; row < rows; ++row, y += columns, dy += columns, dx += columns) {
        if (a == Activation::softmax) {
            softmaxRowGradient(y, dy, dx, columns, accumulate);
        } else if (a == Activation::log_softmax) {
            logSoftmaxRowGradient(y, dy, dx, columns, accumulate);
        } else {
            sparsemaxRowGradient(y, dy, dx, columns, accumulate);
        }
    }
}

} // namespace own
} // namespace
} // namespace weft::kernels
