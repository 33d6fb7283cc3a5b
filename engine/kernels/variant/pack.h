// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/kernels.h"
#include "engine/kernels/variant/tile.h"

namespace weft::kernels {
namespace {
namespace own {

constexpr std::int64_t panelColumns = lanes * tileVectors;

typedef float Quarter __attribute__((vector_size(16)));

// The same shuffle in each group of four lanes; a and b number the lanes of the first and second vector.
#if defined(__AVX512F__)
#define WEFT_SHUFFLE(x, y, i, j, k, l)                                                                                                     \
    __builtin_shufflevector(x, y, i, j, k, l, i + 4, j + 4, k + 4, l + 4, i + 8, j + 8, k + 8, l + 8, i + 12, j + 12, k + 12, l + 12)
#elif defined(__AVX2__)
#define WEFT_SHUFFLE(x, y, i, j, k, l) __builtin_shufflevector(x, y, i, j, k, l, i + 4, j + 4, k + 4, l + 4)
#else
#define WEFT_SHUFFLE(x, y, i, j, k, l) __builtin_shufflevector(x, y, i, j, k, l)
#endif

WEFT_INLINE Quarter quarter(const float* from, std::int64_t stride, std::int64_t row, std::int64_t rows) {
    Quarter v{};
    if (row < rows) {
        __builtin_memcpy(&v, from + row * stride, sizeof v);
    }
    return v;
}

/// Four numbers each of rows first, first + 4, ... of those that are there, else zeros.
WEFT_INLINE V quarters(const float* from, std::int64_t stride, std::int64_t first, std::int64_t rows) {
    const Quarter a = quarter(from, stride, first, rows);
#if defined(__AVX2__)
    const auto low = __builtin_shufflevector(a, quarter(from, stride, first + 4, rows), 0, 1, 2, 3, 4, 5, 6, 7);
#if defined(__AVX512F__)
    const auto high =
        __builtin_shufflevector(quarter(from, stride, first + 8, rows), quarter(from, stride, first + 12, rows), 0, 1, 2, 3, 4, 5, 6, 7);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#else
    return low;
#endif
#else
    return a;
#endif
}

/// to[p * width + c] = from[c * stride + p] for `columns` <= lanes columns; zeros in the lanes behind.
WEFT_INLINE void packTransposed(const float* from, std::int64_t stride, std::int64_t columns, std::int64_t depth, std::int64_t width,
                                float* to) {
    std::int64_t p = 0;
    for (; p + 4 <= depth; p += 4) {
        // A transposition of 4 x 4 in each group of four lanes.
        const V a = quarters(from + p, stride, 0, columns), b = quarters(from + p, stride, 1, columns);
        const V c = quarters(from + p, stride, 2, columns), d = quarters(from + p, stride, 3, columns);
        const V lowAb = WEFT_SHUFFLE(a, b, 0, lanes, 1, lanes + 1), highAb = WEFT_SHUFFLE(a, b, 2, lanes + 2, 3, lanes + 3);
        const V lowCd = WEFT_SHUFFLE(c, d, 0, lanes, 1, lanes + 1), highCd = WEFT_SHUFFLE(c, d, 2, lanes + 2, 3, lanes + 3);
        store(to + p * width, WEFT_SHUFFLE(lowAb, lowCd, 0, 1, lanes, lanes + 1));
        store(to + (p + 1) * width, WEFT_SHUFFLE(lowAb, lowCd, 2, 3, lanes + 2, lanes + 3));
        store(to + (p + 2) * width, WEFT_SHUFFLE(highAb, highCd, 0, 1, lanes, lanes + 1));
        store(to + (p + 3) * width, WEFT_SHUFFLE(highAb, highCd, 2, 3, lanes + 2, lanes + 3));
    }
    for (; p < depth; ++p) {
        V v{};
        for (std::int64_t c = 0; c < columns; ++c) {
            v[c] = from[c * stride + p];
        }
        store(to + p * width, v);
    }
}

/// Copies op(B)[p0.., j0..] (depth x columns) into panels of whole vectors, padded with zeros: panel after panel of
/// depth x panelColumns, the last one only as many vectors wide as it needs.
inline void packB(const Gemm& g, std::int64_t p0, std::int64_t depth, std::int64_t j0, std::int64_t columns, float* out) {
    for (std::int64_t j = 0; j < columns; j += panelColumns) {
        const std::int64_t filled = least(panelColumns, columns - j);
        const std::int64_t width = (filled + lanes - 1) / lanes * lanes;
        for (std::int64_t c = 0; c < width; c += lanes) {
            const std::int64_t here = least(lanes, filled - c);
            if (g.transposeB) {
                const float* const from = g.b + (j0 + j + c) * g.ldb + p0;
                if (here == lanes) { // a constant: no rows to ask for
                    packTransposed(from, g.ldb, lanes, depth, width, out + c);
                } else {
                    packTransposed(from, g.ldb, here, depth, width, out + c);
                }
                continue;
            }
            const float* from = g.b + p0 * g.ldb + j0 + j + c;
            for (std::int64_t p = 0; p < depth; ++p, from += g.ldb) {
                store(out + p * width + c, here == lanes ? load(from) : loadPart(from, here));
            }
        }
        out += depth * width;
    }
}

} // namespace own
} // namespace
} // namespace weft::kernels
