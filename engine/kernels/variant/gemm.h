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
    const std::int64_t wideColumns = lanes * (g.m == 1 ? 8 : g.m <= 3 ? 4 : tileVectors);
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

inline void gemm(const Gemm& g) {
    if (g.m <= 0 || g.n <= 0) {
        return;
    }
    if (g.transposeA) {
        gemmIn<ALayout::depthInRows>(g);
    } else {
        gemmIn<ALayout::rowsInDepth>(g);
    }
}

} // namespace own
} // namespace
} // namespace weft::kernels
