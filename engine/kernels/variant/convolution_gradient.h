// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/variant/convolution.h"

namespace weft::kernels {
namespace {
namespace own {

/// One axis of the input gradient of a strided convolution. The inputs at `phase`, `phase` + stride, ... are reached by
/// kernel places first, first + period, ... only: for them the gradient is a convolution with stride 1 over dy.
struct Phase {
    std::int64_t phase, first, period, places;
    std::int64_t outputs, dilation, pad; ///< of that convolution

    Phase(std::int64_t at, std::int64_t inSize, std::int64_t kernel, std::int64_t stride, std::int64_t step, std::int64_t padding)
        : phase(at), first(0), period(1), places(0), outputs((inSize - at + stride - 1) / stride), dilation(1), pad(0) {
        while (first < kernel && (at + padding - first * step) % stride != 0) {
            ++first;
        }
        while (period * step % stride != 0) {
            ++period;
        }
        if (first < kernel) {
            places = (kernel - first + period - 1) / period;
            dilation = period * step / stride;
            pad = (places - 1) * dilation - (at + padding - first * step) / stride;
        }
    }
    std::int64_t place(std::int64_t reversed) const { return first + (places - 1 - reversed) * period; }
};

/// The kernel of that convolution: places in reverse order, input and output channels exchanged.
inline void turnedKernel(const Window2D& w, const Phase& py, const Phase& px, const float* kernel, float* out) {
    const std::int64_t inGroup = w.inChannels / w.groups;
    const std::int64_t outGroup = w.outChannels / w.groups;
    for (std::int64_t ty = 0; ty < py.places; ++ty) {
        for (std::int64_t tx = 0; tx < px.places; ++tx) {
            const float* const from = kernel + (py.place(ty) * w.kernelWidth + px.place(tx)) * inGroup * w.outChannels;
            for (std::int64_t co = 0; co < outGroup; ++co, out += w.inChannels) {
                for (std::int64_t group = 0; group < w.groups; ++group) {
                    for (std::int64_t ci = 0; ci < inGroup; ++ci) {
                        out[group * inGroup + ci] = from[ci * w.outChannels + group * outGroup + co];
                    }
                }
            }
        }
    }
}

inline void convolutionInputGradient(const Window2D& w, std::int64_t images, const float* dy, const float* kernel, float* dx,
                                     bool accumulate, float* scratch) {
    if (plainProduct(w)) {
        Gemm g;
        g.transposeB = true;
        g.m = images * w.outHeight * w.outWidth;
        g.n = g.ldc = w.inChannels;
        g.k = g.lda = g.ldb = w.outChannels;
        g.a = dy;
        g.b = kernel;
        g.c = dx;
        g.accumulate = accumulate;
        own::gemm(g);
        return;
    }
    const std::int64_t inRow = w.inWidth * w.inChannels;
    float* const rest = scratch + w.kernelHeight * w.kernelWidth * (w.inChannels / w.groups) * w.outChannels;
    for (std::int64_t y = 0; y < least(w.strideHeight, w.inHeight); ++y) {
        for (std::int64_t x = 0; x < least(w.strideWidth, w.inWidth); ++x) {
            const Phase py(y, w.inHeight, w.kernelHeight, w.strideHeight, w.dilationHeight, w.padTop);
            const Phase px(x, w.inWidth, w.kernelWidth, w.strideWidth, w.dilationWidth, w.padLeft);
            turnedKernel(w, py, px, kernel, scratch);
            Window2D turned;
            turned.inHeight = w.outHeight;
            turned.inWidth = w.outWidth;
            turned.inChannels = w.outChannels;
            turned.outHeight = py.outputs;
            turned.outWidth = px.outputs;
            turned.outChannels = w.inChannels;
            // Inputs that no window reads get zero: a window of no places.
            turned.kernelHeight = px.places > 0 ? py.places : 0;
            turned.kernelWidth = py.places > 0 ? px.places : 0;
            turned.dilationHeight = py.dilation;
            turned.dilationWidth = px.dilation;
            turned.padTop = py.pad;
            turned.padLeft = px.pad;
            turned.groups = w.groups;
            convolve(turned, images, dy, scratch,
                     {dx + y * inRow + x * w.inChannels, w.inHeight * inRow, w.strideHeight * inRow, w.strideWidth * w.inChannels,
                      accumulate, nullptr, Activation::linear},
                     rest);
        }
    }
}

/// Rows begin..end, each (one place of the window) x channels, of one image's share.
inline void depthwiseKernelGradient(const Window2D& w, const float* x, std::int64_t rowStride, const float* dy, std::int64_t begin,
                                    std::int64_t end, float* dKernel) {
    const std::int64_t channels = w.inChannels;
    for (std::int64_t row = begin; row < end; ++row) {
        const std::int64_t ky = row / w.kernelWidth, kx = row % w.kernelWidth;
        for (std::int64_t c = 0; c < channels; c += lanes) {
            const std::int64_t rest = channels - c;
            const auto get = [rest](const float* p) WEFT_LAMBDA_INLINE { return rest >= lanes ? load(p) : loadPart(p, rest); };
            V total{};
            for (std::int64_t oy = 0; oy < w.outHeight; ++oy) {
                const float* from = x + (oy * w.strideHeight + ky * w.dilationHeight) * rowStride + kx * w.dilationWidth * channels + c;
                const float* by = dy + oy * w.outWidth * channels + c;
                V part{};
                for (std::int64_t ox = 0; ox < w.outWidth; ++ox) {
                    part = fused(get(from + ox * w.strideWidth * channels), get(by + ox * channels), part);
                }
                total += part;
            }
            float* const out = dKernel + row * channels + c;
            if (rest >= lanes) {
                store(out, load(out) + total);
            } else {
                storePart(out, loadPart(out, rest) + total, rest);
            }
        }
    }
}

/// One image's share for rows begin..end and the columns of one group.
inline void kernelGradientOfGroup(const Window2D& w, const float* x, std::int64_t rowStride, const float* dy, const float* tail,
                                  std::int64_t group, std::int64_t begin, std::int64_t end, float* dKernel) {
    const std::int64_t inGroup = w.inChannels / w.groups;
    const std::int64_t outGroup = w.outChannels / w.groups;
    const std::int64_t whole = wholeVectors(outGroup);
    // Rows of the kernel that lie side by side in x.
    const std::int64_t run = w.groups == 1 && w.dilationWidth == 1 ? w.kernelWidth * inGroup : inGroup;
    for (std::int64_t row = begin; row < end;) {
        const std::int64_t rows = least(end, (row / run + 1) * run) - row;
        const std::int64_t place = row / inGroup;
        TileWork work{};
        work.depthStep = w.strideWidth * w.inChannels;
        work.depth = w.outWidth;
        work.outer = w.outHeight;
        work.outerStepA = w.strideHeight * rowStride;
        work.middle = 1;
        work.ldc = w.outChannels;
        work.accumulate = true;
        for (std::int64_t j = 0; j < outGroup;) {
            const bool last = j >= whole;
            const std::int64_t vectors = last ? 1 : least(tileVectors, (whole - j) / lanes);
            const std::int64_t column = group * outGroup + j;
            work.a = x + place / w.kernelWidth * w.dilationHeight * rowStride + place % w.kernelWidth * w.dilationWidth * w.inChannels +
                     group * inGroup + row % inGroup;
            work.b = last ? tail : dy + column;
            work.ldb = last ? lanes : w.outChannels;
            work.outerStepB = w.outWidth * work.ldb;
            work.c = dKernel + row * w.outChannels + column;
            work.columns = last ? outGroup - whole : lanes;
            tilesDown<ALayout::depthInRows>(work, rows, static_cast<int>(vectors));
            j += last ? outGroup - whole : vectors * lanes;
        }
        row += rows;
    }
}

inline void convolutionKernelGradient(const Window2D& w, std::int64_t images, const float* x, const float* dy, std::int64_t begin,
                                      std::int64_t end, float* dKernel, bool accumulate, float* scratch) {
    const std::int64_t pixels = w.outHeight * w.outWidth;
    if (plainProduct(w)) {
        Gemm g;
        g.transposeA = true;
        g.m = end - begin;
        g.n = g.ldb = g.ldc = w.outChannels;
        g.k = images * pixels;
        g.lda = w.inChannels;
        g.a = x + begin;
        g.b = dy;
        g.c = dKernel + begin * w.outChannels;
        g.accumulate = accumulate;
        own::gemm(g);
        return;
    }
    for (std::int64_t i = begin * w.outChannels; !accumulate && i < end * w.outChannels; ++i) {
        dKernel[i] = 0.0f;
    }
    PaddedImages padded(w, x, scratch);
    float* const tail = scratch + padded.scratchUsed();
    const std::int64_t outGroup = w.outChannels / w.groups;
    const std::int64_t whole = wholeVectors(outGroup);
    for (std::int64_t image = 0; image < images; ++image, dy += pixels * w.outChannels) {
        const float* const from = padded.image(image);
        if (depthwise(w)) {
            depthwiseKernelGradient(w, from, padded.rowStride(), dy, begin, end, dKernel);
            continue;
        }
        for (std::int64_t group = 0; group < w.groups; ++group) {
            if (whole < outGroup) {
                packColumns(dy + group * outGroup + whole, pixels, w.outChannels, outGroup - whole, tail);
            }
            kernelGradientOfGroup(w, from, padded.rowStride(), dy, tail, group, begin, end, dKernel);
        }
    }
}

} // namespace own
} // namespace
} // namespace weft::kernels
