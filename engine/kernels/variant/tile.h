// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/variant/simd.h"

/// The heart of all products: a tile of C, at most tileRows x (tileVectors * lanes), whose sums stay in registers.
/// Whatever the tile's size, an element of C is the same chain of fused multiply-adds in the order of k: so how a product
/// is cut in tiles does not show in its bits.
namespace weft::kernels {
namespace {
namespace own {

/// C[i][j] = sum over outer, middle and p of A[i][p] B[p][j]: the two outer loops let a convolution read its windows in
/// place; a plain product has outer = middle = 1.
struct TileWork {
    const float* a;
    std::int64_t rowStep;   ///< between rows of A, where the template says so; else 1
    std::int64_t depthStep; ///< between steps of p in A, where the template says so; else 1
    const float* b;
    std::int64_t ldb;
    std::int64_t depth;
    std::int64_t outer, outerStepA, outerStepB;
    std::int64_t middle, middleStepA, middleStepB;
    float* c;
    std::int64_t ldc;
    std::int64_t columns; ///< of the last vector: how many of its lanes are stored
    bool accumulate;
    const float* bias; ///< may be null
};

enum class ALayout { rowsInDepth, depthInRows }; // depth contiguous (X W), or rows contiguous (Xᵀ dY)

template <ALayout layout, int rows, int vectors>
void tile(const TileWork& w) {
    V sums[rows][vectors];
    for (int i = 0; i < rows; ++i) {
        for (int j = 0; j < vectors; ++j) {
            sums[i][j] = V{};
        }
    }
    const std::int64_t rowStep = layout == ALayout::rowsInDepth ? w.rowStep : 1;
    const std::int64_t depthStep = layout == ALayout::rowsInDepth ? 1 : w.depthStep;
    const std::int64_t ldb = w.ldb;
    for (std::int64_t o = 0; o < w.outer; ++o) {
        for (std::int64_t q = 0; q < w.middle; ++q) {
            const float* a = w.a + o * w.outerStepA + q * w.middleStepA;
            const float* b = w.b + o * w.outerStepB + q * w.middleStepB;
            for (std::int64_t p = 0; p < w.depth; ++p) {
                V right[vectors];
#pragma GCC unroll 8
                for (int j = 0; j < vectors; ++j) {
                    right[j] = load(b + j * lanes);
                }
#pragma GCC unroll 16
                for (int i = 0; i < rows; ++i) {
                    const V left = splat(a[i * rowStep]);
#pragma GCC unroll 8
                    for (int j = 0; j < vectors; ++j) {
                        sums[i][j] = fused(left, right[j], sums[i][j]);
                    }
                }
                a += depthStep;
                b += ldb;
            }
        }
    }
#pragma GCC unroll 16
    for (int i = 0; i < rows; ++i) {
        float* const c = w.c + i * w.ldc;
#pragma GCC unroll 8
        for (int j = 0; j < vectors; ++j) {
            const bool part = j == vectors - 1 && w.columns < lanes;
            V v = sums[i][j];
            if (w.accumulate) {
                v += part ? loadPart(c + j * lanes, w.columns) : load(c + j * lanes);
            }
            if (w.bias) {
                v += part ? loadPart(w.bias + j * lanes, w.columns) : load(w.bias + j * lanes);
            }
            if (part) {
                storePart(c + j * lanes, v, w.columns);
            } else {
                store(c + j * lanes, v);
            }
        }
    }
}

using TileFunction = void (*)(const TileWork&);

#define WEFT_TILE_ROW(n)                                                                                                                   \
    { tile<layout, n, 1>, tile<layout, n, 2> }
template <ALayout layout>
constexpr TileFunction tileFunctions[tileRows][tileVectors] = {
    WEFT_TILE_ROW(1),  WEFT_TILE_ROW(2),  WEFT_TILE_ROW(3), WEFT_TILE_ROW(4),  WEFT_TILE_ROW(5),  WEFT_TILE_ROW(6),
#if defined(__AVX512F__) || (defined(__aarch64__) && !defined(__AVX2__))
    WEFT_TILE_ROW(7),  WEFT_TILE_ROW(8),  WEFT_TILE_ROW(9), WEFT_TILE_ROW(10), WEFT_TILE_ROW(11), WEFT_TILE_ROW(12),
#endif
#if defined(__AVX512F__)
    WEFT_TILE_ROW(13), WEFT_TILE_ROW(14),
#endif
};
#undef WEFT_TILE_ROW

/// Runs `w`, of which only one tile's worth of pointers is set, over `rows` rows in tiles of nearly equal height.
/// `vectors` is at most tileVectors; or 4, for 2 or 3 rows.
template <ALayout layout>
void tilesDown(TileWork w, std::int64_t rows, int vectors) {
    const std::int64_t stepA = layout == ALayout::rowsInDepth ? w.rowStep : 1;
    if (vectors > tileVectors) {
        rows == 2 ? tile<layout, 2, 4>(w) : tile<layout, 3, 4>(w);
        return;
    }
    for (std::int64_t left = rows, tiles = (rows + tileRows - 1) / tileRows; tiles > 0; --tiles) {
        const std::int64_t height = (left + tiles - 1) / tiles;
        tileFunctions<layout>[height - 1][vectors - 1](w);
        w.a += height * stepA;
        w.c += height * w.ldc;
        left -= height;
    }
}

} // namespace own
} // namespace
} // namespace weft::kernels
