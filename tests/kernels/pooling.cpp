// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/support.h"

namespace weft::kernels {

namespace {

Window2D window(std::int64_t height, std::int64_t width, std::int64_t channels, std::int64_t size, std::int64_t stride, std::int64_t pad) {
    Window2D w;
    w.inHeight = height;
    w.inWidth = width;
    w.inChannels = w.outChannels = channels;
    w.kernelHeight = w.kernelWidth = size;
    w.strideHeight = w.strideWidth = stride;
    w.padTop = w.padLeft = pad;
    w.outHeight = (height + 2 * pad - size) / stride + 1;
    w.outWidth = (width + 2 * pad - size) / stride + 1;
    return w;
}

} // namespace

TEST("max pooling finds the first largest of each window, and its gradient goes there") {
    for (const std::int64_t channels : {1, 3, 16, 37}) {
        for (const Window2D& w : {window(8, 10, channels, 2, 2, 0), window(7, 9, channels, 3, 2, 1), window(6, 6, channels, 3, 1, 1)}) {
            const std::int64_t images = 2;
            const std::int64_t in = w.inHeight * w.inWidth * channels, out = w.outHeight * w.outWidth * channels;
            std::vector<float> x = numbers(images * in, 5);
            for (float& v : x) {
                v = std::round(v * 2) - 10; // many equal ones, and all below the padding's zero
            }
            const std::vector<float> dy = numbers(images * out, 6);
            std::vector<float> y(dy.size()), without(dy.size());
            std::vector<std::int32_t> argmax(y.size());
            maxPooling(w, images, x.data(), y.data(), argmax.data());
            maxPooling(w, images, x.data(), without.data(), nullptr);
            CHECK(sameBits(y, without));
            std::vector<double> wantedDx(x.size(), 0.0), addedDx(x.size(), 2.0);
            std::size_t at = 0;
            for (std::int64_t n = 0; n < images; ++n) {
                for (std::int64_t oy = 0; oy < w.outHeight; ++oy) {
                    for (std::int64_t ox = 0; ox < w.outWidth; ++ox) {
                        for (std::int64_t c = 0; c < channels; ++c, ++at) {
                            std::int64_t place = -1;
                            for (std::int64_t iy = oy * w.strideHeight - w.padTop; iy < oy * w.strideHeight - w.padTop + w.kernelHeight;
                                 ++iy) {
                                for (std::int64_t ix = ox * w.strideWidth - w.padLeft; ix < ox * w.strideWidth - w.padLeft + w.kernelWidth;
                                     ++ix) {
                                    const std::int64_t here = (iy * w.inWidth + ix) * channels + c;
                                    const bool inside = iy >= 0 && iy < w.inHeight && ix >= 0 && ix < w.inWidth;
                                    if (inside && (place < 0 || x[static_cast<std::size_t>(n * in + here)] >
                                                                    x[static_cast<std::size_t>(n * in + place)])) {
                                        place = here;
                                    }
                                }
                            }
                            CHECK_EQUAL(static_cast<std::int64_t>(argmax[at]), place);
                            CHECK_EQUAL(y[at], x[static_cast<std::size_t>(n * in + place)]);
                            wantedDx[static_cast<std::size_t>(n * in + place)] += static_cast<double>(dy[at]);
                            addedDx[static_cast<std::size_t>(n * in + place)] += static_cast<double>(dy[at]);
                        }
                    }
                }
            }
            std::vector<float> dx(x.size(), NAN);
            maxPoolingGradient(w, images, argmax.data(), dy.data(), dx.data(), false);
            CHECK(worstDifference(dx, wantedDx) < 1e-6);
            dx.assign(dx.size(), 2.0f);
            maxPoolingGradient(w, images, argmax.data(), dy.data(), dx.data(), true);
            CHECK(worstDifference(dx, addedDx) < 1e-6);
        }
    }
}

TEST("NaN wins a window of max pooling, and minus infinity is a value like others") {
    const Window2D w = window(2, 4, 1, 2, 2, 0);
    const std::vector<float> x{1, NAN, -INFINITY, -INFINITY, 2, 3, -INFINITY, -INFINITY};
    std::vector<float> y(2);
    std::vector<std::int32_t> argmax(2);
    maxPooling(w, 1, x.data(), y.data(), argmax.data());
    CHECK(std::isnan(y[0]));
    CHECK_EQUAL(argmax[0], 1);
    CHECK_EQUAL(y[1], -INFINITY);
    CHECK_EQUAL(argmax[1], 2);
}

} // namespace weft::kernels
