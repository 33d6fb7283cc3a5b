// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/variant/activation.h"
#include "engine/kernels/variant/pack.h"

namespace weft::kernels {
namespace {
namespace own {

// Sizes of the blocks: depth and columns of the packed part of B (which lies on the stack), rows that pass over it together.
constexpr std::int64_t depthBlock = 256;
constexpr std::int64_t columnBlock = 128;
constexpr std::int64_t rowBlock = 112;

template <ALayout layout>
void gemmIn(const Gemm& g) {
    alignas(64) float packed[depthBlock * columnBlock];
    // One tile of few rows has too few sums to keep the units busy: make it wide.
    const std::int64_t wideColumns = lanes * (g.m == 2 || g.m == 3 ? 4 : tileVectors);
    const bool epilogue = g.activation != Activation::linear && elementwise(g.activation);
    for (std::int64_t j0 = 0; j0 < g.n; j0 += columnBlock) {
        const std::int64_t columns = least(columnBlock, g.n - j0);
        for (std::int64_t p0 = 0; p0 == 0 || p0 < g.k; p0 += depthBlock) {
            const std::int64_t depth = least(depthBlock, g.k - p0);
            const bool last = p0 + depthBlock >= g.k;
            // Whole vectors of B can be read in place; it pays to gather them where many rows use them.
            const bool packAll = g.transposeB || g.m >= 64;
            const std::int64_t inPlace = packAll ? 0 : wholeVectors(columns);
            packB(g, p0, depth, j0 + inPlace, columns - inPlace, packed);
            for (std::int64_t i0 = 0; i0 < g.m; i0 += rowBlock) {
                const std::int64_t rows = least(rowBlock, g.m - i0);
                TileWork w{};
                w.a = layout == ALayout::rowsInDepth ? g.a + i0 * g.lda + p0 : g.a + p0 * g.lda + i0;
                w.rowStep = w.depthStep = g.lda;
                w.depth = depth;
                w.outer = w.middle = 1;
                w.ldc = g.ldc;
                w.accumulate = g.accumulate || p0 > 0;
                for (std::int64_t j = 0; j < columns;) {
                    const bool direct = j < inPlace;
                    const std::int64_t left = (direct ? inPlace : columns) - j;
                    const std::int64_t width = least(direct && left >= wideColumns ? wideColumns : panelColumns, left);
                    const std::int64_t vectors = (width + lanes - 1) / lanes;
                    w.b = direct ? g.b + p0 * g.ldb + j0 + j : packed + (j - inPlace) * depth;
                    w.ldb = direct ? g.ldb : vectors * lanes;
                    w.c = g.c + i0 * g.ldc + j0 + j;
                    w.columns = width - (vectors - 1) * lanes;
                    w.bias = last && g.bias ? g.bias + j0 + j : nullptr;
                    tilesDown<layout>(w, rows, static_cast<int>(vectors));
                    j += width;
                }
                for (std::int64_t i = i0; last && epilogue && i < i0 + rows; ++i) {
                    float* const c = g.c + i * g.ldc + j0;
                    activateElements(g.activation, c, c, columns);
                }
            }
        }
    }
}

/// sums += the next `rows` terms.
template <int rows>
WEFT_INLINE void addRows(const float* a, std::int64_t stepA, const float* b, std::int64_t ldb, std::int64_t columns, float* sums) {
    V left[rows];
    for (int r = 0; r < rows; ++r) {
        left[r] = splat(a[r * stepA]);
    }
    const std::int64_t whole = wholeVectors(columns);
    for (std::int64_t j = 0; j < whole; j += lanes) {
        V v = load(sums + j);
        for (int r = 0; r < rows; ++r) {
            v = fused(left[r], load(b + r * ldb + j), v);
        }
        store(sums + j, v);
    }
    if (whole < columns) {
        V v = load(sums + whole);
        for (int r = 0; r < rows; ++r) {
            v = fused(left[r], loadPart(b + r * ldb + whole, columns - whole), v);
        }
        store(sums + whole, v);
    }
}

/// One row of C, B not transposed: memory decides, so B is read in its own order. The same chains as a tile's.
inline void gemmOfOneRow(const Gemm& g) {
    constexpr std::int64_t columnsAtOnce = 1024;
    alignas(64) float sums[columnsAtOnce + lanes];
    const std::int64_t stepA = g.transposeA ? g.lda : 1;
    for (std::int64_t j0 = 0; j0 < g.n; j0 += columnsAtOnce) {
        const std::int64_t columns = least(columnsAtOnce, g.n - j0);
        float* const c = g.c + j0;
        for (std::int64_t p0 = 0; p0 == 0 || p0 < g.k; p0 += depthBlock) {
            const std::int64_t end = least(g.k, p0 + depthBlock);
            for (std::int64_t j = 0; j < columns; j += lanes) {
                store(sums + j, V{});
            }
            std::int64_t p = p0;
            for (; p + 8 <= end; p += 8) {
                addRows<8>(g.a + p * stepA, stepA, g.b + p * g.ldb + j0, g.ldb, columns, sums);
            }
            for (; p < end; ++p) {
                addRows<1>(g.a + p * stepA, stepA, g.b + p * g.ldb + j0, g.ldb, columns, sums);
            }
            const float* const bias = end == g.k && g.bias ? g.bias + j0 : nullptr;
            for (std::int64_t j = 0; j < columns; j += lanes) {
                const std::int64_t left = columns - j;
                const auto get = [left, j](const float* from)
                                     WEFT_LAMBDA_INLINE { return left >= lanes ? load(from + j) : loadPart(from + j, left); };
                V v = load(sums + j);
                v = g.accumulate || p0 > 0 ? v + get(c) : v;
                v = bias ? v + get(bias) : v;
                if (left >= lanes) {
                    store(c + j, v);
                } else {
                    storePart(c + j, v, left);
                }
            }
        }
        if (g.activation != Activation::linear && elementwise(g.activation)) {
            activateElements(g.activation, c, c, columns);
        }
    }
}

inline void gemm(const Gemm& g) {
    if (g.m <= 0 || g.n <= 0) {
        return;
    }
    if (g.m == 1 && !g.transposeB) {
        gemmOfOneRow(g);
    } else if (g.transposeA) {
        gemmIn<ALayout::depthInRows>(g);
    } else {
        gemmIn<ALayout::rowsInDepth>(g);
    }
}

} // namespace own
} // namespace
} // namespace weft::kernels
