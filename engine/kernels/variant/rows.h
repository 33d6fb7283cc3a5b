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

/// How many numbers of the row are in the support of sparsemax, and the least of them: Martins and Astudillo, "From
/// softmax to sparsemax", 2016. The threshold t solves sum(max(0, x - t)) = 1: Newton's method from below on that
/// piecewise linear function ends after at most `columns` steps and needs no sorting.
struct Support {
    std::int64_t size = 0;
    double above = 0; ///< the support is where x is larger

    Support(const float* x, std::int64_t columns) {
        const double top = static_cast<double>(largest(x, columns));
        above = -1.0; // seen from the top until the end
        for (std::int64_t step = 0; step <= columns; ++step) {
            double total = 0;
            size = 0;
            for (std::int64_t j = 0; j < columns; ++j) {
                const double shifted = static_cast<double>(x[j]) - top;
                if (shifted > above) {
                    total += shifted;
                    ++size;
                }
            }
            const double next = (total - 1.0) / static_cast<double>(size > 0 ? size : 1);
            if (!(next > above)) {
                break;
            }
            above = next;
        }
        above += top;
    }

    bool has(float x) const { return static_cast<double>(x) > above; }

    /// How many running sums of the sorted support number `j` is part of: all but those before its rank.
    std::int64_t runningSums(const float* x, std::int64_t columns, std::int64_t j) const {
        std::int64_t before = 0;
        for (std::int64_t i = 0; i < columns; ++i) {
            before += x[i] > x[j] || (x[i] == x[j] && i < j) ? 1 : 0;
        }
        return size - before;
    }
};

/// As Keras 3 computes it (keras/src/activations/activations.py of 3.15): the threshold is there
/// (sum of the running sums of the support - 1) / size, where the paper has the last running sum alone. Models made with
/// Keras learned with that, so it is kept.
inline void sparsemaxRow(const float* x, float* y, std::int64_t columns) {
    const Support support(x, columns);
    double total = 0;
    for (std::int64_t j = 0; j < columns; ++j) {
        if (support.has(x[j])) {
            total += static_cast<double>(support.runningSums(x, columns, j)) * static_cast<double>(x[j]);
        }
    }
    // NaN in the row: no number is above it, 0 / 0 follows, and the whole row is NaN.
    const double threshold = support.size > 0 ? (total - 1.0) / static_cast<double>(support.size) : __builtin_nan("");
    for (std::int64_t j = 0; j < columns; ++j) {
        const double value = static_cast<double>(x[j]) - threshold;
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

inline void sparsemaxRowGradient(const float* x, const float* y, const float* dy, float* dx, std::int64_t columns, bool accumulate) {
    const Support support(x, columns);
    double total = 0;
    for (std::int64_t j = 0; j < columns; ++j) {
        total += y[j] > 0.0f ? static_cast<double>(dy[j]) : 0.0;
    }
    for (std::int64_t j = 0; j < columns; ++j) {
        double value = y[j] > 0.0f ? static_cast<double>(dy[j]) : 0.0;
        if (support.has(x[j])) {
            value -= total * static_cast<double>(support.runningSums(x, columns, j)) / static_cast<double>(support.size);
        }
        dx[j] = static_cast<float>(value) + (accumulate ? dx[j] : 0.0f);
    }
}

inline void activateGradient(Activation a, const float* x, const float* y, const float* dy, float* dx, std::int64_t rows,
                             std::int64_t columns, bool accumulate) {
    if (elementwise(a)) {
        gradientOfElements(a, x, y, dy, dx, rows * columns, accumulate);
        return;
    }
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t at = row * columns;
        if (a == Activation::softmax) {
            softmaxRowGradient(y + at, dy + at, dx + at, columns, accumulate);
        } else if (a == Activation::log_softmax) {
            logSoftmaxRowGradient(y + at, dy + at, dx + at, columns, accumulate);
        } else {
            sparsemaxRowGradient(x + at, y + at, dy + at, dx + at, columns, accumulate);
        }
    }
}

} // namespace own
} // namespace
} // namespace weft::kernels
