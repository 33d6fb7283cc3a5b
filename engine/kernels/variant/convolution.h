// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/variant/gemm.h"
#include "engine/kernels/variant/image.h"

/// Convolution without im2col: a tile's rows are neighbouring output pixels, whose windows are read where they lie.
namespace weft::kernels {
namespace {
namespace own {

/// Where results go: the input gradient of a strided convolution fills every n-th pixel.
struct Placement {
    float* y;
    std::int64_t imageStride, rowStride, pixelStride;
    bool accumulate;
    const float* bias;
    Activation activation;
};

inline void depthwiseImage(const Window2D& w, const float* x, std::int64_t rowStride, const float* kernel, const Placement& to, float* y) {
    const std::int64_t channels = w.inChannels;
    for (std::int64_t oy = 0; oy < w.outHeight; ++oy) {
        for (std::int64_t c = 0; c < channels; c += lanes) {
            const std::int64_t rest = channels - c;
            const auto get = [rest](const float* p) WEFT_LAMBDA_INLINE { return rest >= lanes ? load(p) : loadPart(p, rest); };
            for (std::int64_t ox = 0; ox < w.outWidth; ++ox) {
                V total{};
                for (std::int64_t ky = 0; ky < w.kernelHeight; ++ky) {
                    const float* from = x + (oy * w.strideHeight + ky * w.dilationHeight) * rowStride + ox * w.strideWidth * channels + c;
                    const float* weights = kernel + ky * w.kernelWidth * channels + c;
                    for (std::int64_t kx = 0; kx < w.kernelWidth; ++kx) {
                        total = fused(get(from + kx * w.dilationWidth * channels), get(weights + kx * channels), total);
                    }
                }
                float* const out = y + oy * to.rowStride + ox * to.pixelStride + c;
                if (to.accumulate) {
                    total += get(out);
                }
                if (to.bias) {
                    total += get(to.bias + c);
                }
                if (rest >= lanes) {
                    store(out, total);
                } else {
                    storePart(out, total, rest);
                }
            }
        }
    }
}

/// The columns of a group's kernel that fill no whole vector, padded with zeros: (rows x lanes) for each group.
inline void packKernelTails(const Window2D& w, const float* kernel, float* tails) {
    const std::int64_t columns = w.outChannels / w.groups;
    const std::int64_t rows = w.kernelHeight * w.kernelWidth * (w.inChannels / w.groups);
    const std::int64_t whole = wholeVectors(columns);
    for (std::int64_t group = 0; whole < columns && group < w.groups; ++group) {
        packColumns(kernel + group * columns + whole, rows, w.outChannels, columns - whole, tails + group * rows * lanes);
    }
}

inline void convolutionRow(const Window2D& w, const float* x, std::int64_t rowStride, const float* kernel, const float* tails,
                           const Placement& to, float* y) {
    const std::int64_t inGroup = w.inChannels / w.groups;
    const std::int64_t outGroup = w.outChannels / w.groups;
    const std::int64_t kernelRows = w.kernelHeight * w.kernelWidth * inGroup;
    const bool rowsOfWindowTogether = w.groups == 1 && w.dilationWidth == 1;
    TileWork work{};
    work.rowStep = w.strideWidth * w.inChannels;
    work.depth = rowsOfWindowTogether ? w.kernelWidth * inGroup : inGroup;
    work.outer = w.kernelHeight;
    work.outerStepA = w.dilationHeight * rowStride;
    work.middle = rowsOfWindowTogether ? 1 : w.kernelWidth;
    work.middleStepA = w.dilationWidth * w.inChannels;
    work.ldc = to.pixelStride;
    work.accumulate = to.accumulate;
    for (std::int64_t group = 0; group < w.groups; ++group) {
        const std::int64_t whole = wholeVectors(outGroup);
        for (std::int64_t j = 0; j < outGroup;) {
            const bool tail = j >= whole;
            const std::int64_t vectors = tail ? 1 : least(tileVectors, (whole - j) / lanes);
            const std::int64_t column = group * outGroup + j;
            work.a = x + group * inGroup;
            work.b = tail ? tails + group * kernelRows * lanes : kernel + column;
            work.ldb = tail ? lanes : w.outChannels;
            work.middleStepB = inGroup * work.ldb;
            work.outerStepB = w.kernelWidth * work.middleStepB;
            work.c = y + column;
            work.columns = tail ? outGroup - whole : lanes;
            work.bias = to.bias ? to.bias + column : nullptr;
            tilesDown<ALayout::rowsInDepth>(work, w.outWidth, static_cast<int>(vectors));
            j += tail ? outGroup - whole : vectors * lanes;
        }
    }
}

inline void convolve(const Window2D& w, std::int64_t images, const float* x, const float* kernel, const Placement& to, float* scratch) {
    PaddedImages padded(w, x, scratch);
    float* const tails = scratch + padded.scratchUsed();
    const bool perChannel = depthwise(w);
    if (!perChannel) {
        packKernelTails(w, kernel, tails);
    }
    const bool epilogue = to.activation != Activation::linear && elementwise(to.activation);
    for (std::int64_t image = 0; image < images; ++image) {
        const float* const from = padded.image(image);
        float* const y = to.y + image * to.imageStride;
        if (perChannel) {
            depthwiseImage(w, from, padded.rowStride(), kernel, to, y);
        }
        for (std::int64_t oy = 0; oy < w.outHeight; ++oy) {
            float* const row = y + oy * to.rowStride;
            if (!perChannel) {
                convolutionRow(w, from + oy * w.strideHeight * padded.rowStride(), padded.rowStride(), kernel, tails, to, row);
            }
            if (epilogue) {
                activateElements(to.activation, row, row, w.outWidth * w.outChannels);
            }
        }
    }
}

inline void convolution(const Window2D& w, std::int64_t images, const float* x, const float* kernel, const float* bias,
                        Activation activation, float* y, float* scratch) {
    if (plainProduct(w)) {
        Gemm g;
        g.m = images * w.outHeight * w.outWidth;
        g.n = g.ldb = g.ldc = w.outChannels;
        g.k = g.lda = w.inChannels;
        g.a = x;
        g.b = kernel;
        g.c = y;
        g.bias = bias;
        g.activation = activation;
        own::gemm(g);
        return;
    }
    const std::int64_t row = w.outWidth * w.outChannels;
    convolve(w, images, x, kernel, {y, w.outHeight * row, row, w.outChannels, false, bias, activation}, scratch);
}

} // namespace own
} // namespace
} // namespace weft::kernels
