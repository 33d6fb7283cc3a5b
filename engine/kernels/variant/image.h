// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/kernels.h"
#include "engine/kernels/variant/simd.h"

namespace weft::kernels {
namespace {
namespace own {

WEFT_INLINE std::int64_t extentHeight(const Window2D& w) {
    return (w.outHeight - 1) * w.strideHeight + (w.kernelHeight - 1) * w.dilationHeight + 1;
}
WEFT_INLINE std::int64_t extentWidth(const Window2D& w) {
    return (w.outWidth - 1) * w.strideWidth + (w.kernelWidth - 1) * w.dilationWidth + 1;
}
WEFT_INLINE bool readsPadding(const Window2D& w) {
    return w.padTop != 0 || w.padLeft != 0 || extentHeight(w) > w.inHeight || extentWidth(w) > w.inWidth;
}

/// Images as the windows read them: with the zeros around where there are any, so that no window needs a special case.
class PaddedImages {
public:
    PaddedImages(const Window2D& w, const float* x, float* scratch)
        : m_window(w), m_x(x), m_scratch(scratch), m_copied(readsPadding(w)), m_height(extentHeight(w)), m_width(extentWidth(w)) {
        for (std::int64_t i = 0, size = scratchUsed(); i < size; ++i) {
            m_scratch[i] = 0.0f;
        }
    }

    std::int64_t scratchUsed() const { return m_copied ? m_height * m_width * m_window.inChannels : 0; }
    std::int64_t rowStride() const { return (m_copied ? m_width : m_window.inWidth) * m_window.inChannels; }

    /// The image, whose first pixel is the first that the first window reads. Valid until the next call.
    const float* image(std::int64_t index) {
        const Window2D& w = m_window;
        const float* const x = m_x + index * w.inHeight * w.inWidth * w.inChannels;
        if (!m_copied) {
            return x;
        }
        // The same pixels are filled every time; the zeros around them stay.
        const std::int64_t top = most(0, -w.padTop), bottom = least(w.inHeight, m_height - w.padTop);
        const std::int64_t left = most(0, -w.padLeft), right = least(w.inWidth, m_width - w.padLeft);
        for (std::int64_t row = top; row < bottom; ++row) {
            const float* const from = x + (row * w.inWidth + left) * w.inChannels;
            float* const to = m_scratch + ((row + w.padTop) * m_width + left + w.padLeft) * w.inChannels;
            for (std::int64_t i = 0; i < (right - left) * w.inChannels; ++i) {
                to[i] = from[i];
            }
        }
        return m_scratch;
    }

private:
    const Window2D& m_window;
    const float* m_x;
    float* m_scratch;
    bool m_copied;
    std::int64_t m_height, m_width;
};

/// Copies columns begin..end (fewer than `lanes`) of `rows` rows into rows of one vector, zeros behind.
inline void packColumns(const float* from, std::int64_t rows, std::int64_t stride, std::int64_t columns, float* to) {
    for (std::int64_t row = 0; row < rows; ++row) {
        store(to + row * lanes, loadPart(from + row * stride, columns));
    }
}

/// True where each channel has its own window: then vectors run over channels.
WEFT_INLINE bool depthwise(const Window2D& w) { return w.groups > 1 && w.groups == w.inChannels && w.groups == w.outChannels; }

/// True where a convolution is a product of all pixels at once.
WEFT_INLINE bool plainProduct(const Window2D& w) {
    return w.groups == 1 && w.kernelHeight == 1 && w.kernelWidth == 1 && w.strideHeight == 1 && w.strideWidth == 1 && w.padTop == 0 &&
           w.padLeft == 0 && w.outHeight == w.inHeight && w.outWidth == w.inWidth;
}

} // namespace own
} // namespace
} // namespace weft::kernels
