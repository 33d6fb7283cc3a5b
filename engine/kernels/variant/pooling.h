// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/variant/rows.h"

namespace weft::kernels {
namespace {
namespace own {

/// One output pixel, channels c.. (at most a vector of them).
inline void maxOfWindow(const Window2D& w, const float* image, std::int64_t oy, std::int64_t ox, std::int64_t c, float* y,
                        std::int32_t* argmax) {
    const std::int64_t left = w.inChannels - c;
    V best = splat(-__builtin_inff());
    I winner = I{} - 1;
    for (std::int64_t ky = 0; ky < w.kernelHeight; ++ky) {
        const std::int64_t iy = oy * w.strideHeight - w.padTop + ky * w.dilationHeight;
        if (iy < 0 || iy >= w.inHeight) {
            continue;
        }
        for (std::int64_t kx = 0; kx < w.kernelWidth; ++kx) {
            const std::int64_t ix = ox * w.strideWidth - w.padLeft + kx * w.dilationWidth;
            if (ix < 0 || ix >= w.inWidth) {
                continue;
            }
            const std::int64_t place = (iy * w.inWidth + ix) * w.inChannels + c;
            const V v = left >= lanes ? load(image + place) : loadPart(image + place, left);
            // NaN wins; the first value wins even if it is minus infinity.
            const I better = (v > best) | (v != v) | (winner < 0);
            best = where(better, v, best);
            winner = better ? I{} + static_cast<std::int32_t>(place) : winner;
        }
    }
    storeRow(y, best, left);
    if (argmax) {
        for (int i = 0; i < lanes && i < left; ++i) {
            argmax[i] = winner[i] < 0 ? -1 : winner[i] + i;
        }
    }
}

inline void maxPooling(const Window2D& w, std::int64_t images, const float* x, float* y, std::int32_t* argmax) {
    for (std::int64_t image = 0; image < images; ++image, x += w.inHeight * w.inWidth * w.inChannels) {
        for (std::int64_t oy = 0; oy < w.outHeight; ++oy) {
            for (std::int64_t ox = 0; ox < w.outWidth; ++ox) {
                for (std::int64_t c = 0; c < w.inChannels; c += lanes) {
                    maxOfWindow(w, x, oy, ox, c, y + c, argmax ? argmax + c : nullptr);
                }
                y += w.inChannels;
                argmax = argmax ? argmax + w.inChannels : nullptr;
            }
        }
    }
}

inline void maxPoolingGradient(const Window2D& w, std::int64_t images, const std::int32_t* argmax, const float* dy, float* dx,
                               bool accumulate) {
    const std::int64_t in = w.inHeight * w.inWidth * w.inChannels;
    const std::int64_t out = w.outHeight * w.outWidth * w.inChannels;
    for (std::int64_t image = 0; image < images; ++image, dx += in, dy += out, argmax += out) {
        for (std::int64_t i = 0; !accumulate && i < in; ++i) {
            dx[i] = 0.0f;
        }
        for (std::int64_t i = 0; i < out; ++i) {
            if (argmax[i] >= 0) { // a window with nothing but padding has no winner
                dx[argmax[i]] += dy[i];
            }
        }
    }
}

} // namespace own
} // namespace
} // namespace weft::kernels
