// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/support.h"

namespace weft::kernels {

namespace {

struct Sizes {
    std::int64_t height, width, in, out, kernelHeight, kernelWidth, stride, dilation, groups;
    bool same;
};

Window2D window(const Sizes& s) {
    Window2D w;
    w.inHeight = s.height;
    w.inWidth = s.width;
    w.inChannels = s.in;
    w.outChannels = s.out;
    w.kernelHeight = s.kernelHeight;
    w.kernelWidth = s.kernelWidth;
    w.strideHeight = w.strideWidth = s.stride;
    w.dilationHeight = w.dilationWidth = s.dilation;
    w.groups = s.groups;
    const std::int64_t spanY = (s.kernelHeight - 1) * s.dilation + 1, spanX = (s.kernelWidth - 1) * s.dilation + 1;
    w.outHeight = s.same ? (s.height + s.stride - 1) / s.stride : (s.height - spanY) / s.stride + 1;
    w.outWidth = s.same ? (s.width + s.stride - 1) / s.stride : (s.width - spanX) / s.stride + 1;
    if (s.same) { // the smaller half of the padding comes first
        w.padTop = std::max<std::int64_t>(0, (w.outHeight - 1) * s.stride + spanY - s.height) / 2;
        w.padLeft = std::max<std::int64_t>(0, (w.outWidth - 1) * s.stride + spanX - s.width) / 2;
    }
    return w;
}

const std::vector<Sizes>& allSizes() {
    static const std::vector<Sizes> sizes{
        {28, 28, 1, 16, 3, 3, 1, 1, 1, false}, {9, 11, 1, 10, 3, 3, 1, 1, 1, true},    {8, 8, 3, 16, 3, 3, 1, 1, 1, true},
        {7, 5, 16, 33, 3, 3, 1, 1, 1, true},   {13, 13, 16, 32, 3, 3, 1, 1, 1, false}, {6, 9, 5, 7, 1, 1, 1, 1, 1, false},
        {6, 9, 5, 48, 1, 1, 2, 1, 1, true},    {9, 9, 4, 6, 3, 3, 2, 1, 1, true},      {10, 8, 4, 20, 3, 3, 2, 1, 1, true},
        {10, 11, 3, 5, 5, 4, 3, 1, 1, false},  {9, 9, 4, 6, 2, 2, 3, 1, 1, false},     {11, 12, 4, 18, 3, 3, 1, 2, 1, true},
        {12, 12, 3, 4, 3, 2, 1, 3, 1, false},  {12, 13, 3, 4, 3, 3, 2, 3, 1, true},    {8, 8, 6, 9, 3, 3, 1, 1, 3, true},
        {8, 7, 32, 64, 3, 3, 2, 1, 2, true},   {9, 8, 20, 20, 3, 3, 1, 1, 20, true},   {9, 8, 20, 20, 3, 3, 2, 1, 20, true},
        {9, 8, 5, 15, 3, 3, 1, 1, 5, true},    {5, 1, 4, 4, 3, 1, 1, 1, 1, true},      {3, 3, 2, 2, 5, 5, 1, 1, 1, true},
        {9, 9, 17, 17, 3, 3, 2, 2, 17, false},
    };
    return sizes;
}

/// Calls f(x's index, kernel's index, y's index) for every product in the definition.
template <class F>
void forProducts(const Window2D& w, std::int64_t images, F f) {
    const std::int64_t inGroup = w.inChannels / w.groups, outGroup = w.outChannels / w.groups;
    for (std::int64_t n = 0; n < images; ++n) {
        for (std::int64_t oy = 0; oy < w.outHeight; ++oy) {
            for (std::int64_t ox = 0; ox < w.outWidth; ++ox) {
                for (std::int64_t ky = 0; ky < w.kernelHeight; ++ky) {
                    for (std::int64_t kx = 0; kx < w.kernelWidth; ++kx) {
                        const std::int64_t iy = oy * w.strideHeight - w.padTop + ky * w.dilationHeight;
                        const std::int64_t ix = ox * w.strideWidth - w.padLeft + kx * w.dilationWidth;
                        if (iy < 0 || iy >= w.inHeight || ix < 0 || ix >= w.inWidth) {
                            continue;
                        }
                        for (std::int64_t co = 0; co < w.outChannels; ++co) {
                            for (std::int64_t ci = 0; ci < inGroup; ++ci) {
                                f(static_cast<std::size_t>(((n * w.inHeight + iy) * w.inWidth + ix) * w.inChannels +
                                                           co / outGroup * inGroup + ci),
                                  static_cast<std::size_t>(((ky * w.kernelWidth + kx) * inGroup + ci) * w.outChannels + co),
                                  static_cast<std::size_t>(((n * w.outHeight + oy) * w.outWidth + ox) * w.outChannels + co));
                            }
                        }
                    }
                }
            }
        }
    }
}

struct Data {
    Window2D w;
    std::int64_t images = 3;
    std::int64_t kernelRows;
    std::vector<float> x, kernel, bias, dy, scratch;
    std::size_t guard;

    explicit Data(const Sizes& s) : w(window(s)), kernelRows(w.kernelHeight * w.kernelWidth * (w.inChannels / w.groups)) {
        x = numbers(images * w.inHeight * w.inWidth * w.inChannels, 1);
        kernel = numbers(kernelRows * w.outChannels, 2);
        for (float& v : kernel) {
            v /= std::sqrt(static_cast<float>(kernelRows));
        }
        bias = numbers(w.outChannels, 3);
        dy = numbers(images * w.outHeight * w.outWidth * w.outChannels, 4);
        guard = convolutionScratch(w);
        scratch.assign(guard + 16, 1234.0f); // garbage, and a guard behind
    }
    void checkGuard() const {
        for (std::size_t i = guard; i < scratch.size(); ++i) {
            CHECK_EQUAL(scratch[i], 1234.0f);
        }
    }
};

void describe(bool passed, const Sizes& s, double worst) {
    if (!passed) {
        std::cerr << "    at " << s.height << "x" << s.width << "x" << s.in << " -> " << s.out << ", kernel " << s.kernelHeight << "x"
                  << s.kernelWidth << ", stride " << s.stride << ", dilation " << s.dilation << ", groups " << s.groups << ": " << worst
                  << "\n";
    }
}

} // namespace

TEST("a convolution of any kernel, stride, dilation, padding and groups is what the definition gives") {
    for (const Sizes& s : allSizes()) {
        Data d(s);
        std::vector<float> y(d.dy.size(), NAN);
        convolution(d.w, d.images, d.x.data(), d.kernel.data(), d.bias.data(), Activation::relu, y.data(), d.scratch.data());
        std::vector<double> wanted(y.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            wanted[i] = static_cast<double>(d.bias[i % d.bias.size()]);
        }
        forProducts(d.w, d.images, [&](std::size_t x, std::size_t k, std::size_t out) {
            wanted[out] += static_cast<double>(d.x[x]) * static_cast<double>(d.kernel[k]);
        });
        for (double& v : wanted) {
            v = std::max(v, 0.0);
        }
        const double worst = worstDifference(y, wanted);
        describe(CHECK(worst < 2e-6), s, worst);
        d.checkGuard();
    }
}

TEST("the input gradient of a convolution is what the definition gives, and adds up") {
    for (const Sizes& s : allSizes()) {
        for (const bool accumulate : {false, true}) {
            Data d(s);
            std::vector<float> dx(d.x.size(), accumulate ? 0.5f : NAN);
            convolutionInputGradient(d.w, d.images, d.dy.data(), d.kernel.data(), dx.data(), accumulate, d.scratch.data());
            std::vector<double> wanted(dx.size(), accumulate ? 0.5 : 0.0);
            forProducts(d.w, d.images, [&](std::size_t x, std::size_t k, std::size_t out) {
                wanted[x] += static_cast<double>(d.dy[out]) * static_cast<double>(d.kernel[k]);
            });
            const double worst = worstDifference(dx, wanted);
            describe(CHECK(worst < 3e-6), s, worst);
            d.checkGuard();
        }
    }
}

TEST("the kernel gradient of a convolution is what the definition gives, for any range of rows and with the same bits") {
    for (const Sizes& s : allSizes()) {
        for (const bool accumulate : {false, true}) {
            Data d(s);
            std::vector<float> whole(d.kernel.size(), accumulate ? 0.5f : NAN), cut = whole;
            convolutionKernelGradient(d.w, d.images, d.x.data(), d.dy.data(), 0, d.kernelRows, whole.data(), accumulate, d.scratch.data());
            for (std::int64_t row = 0; row < d.kernelRows; row += 4) {
                convolutionKernelGradient(d.w, d.images, d.x.data(), d.dy.data(), row, std::min(row + 4, d.kernelRows), cut.data(),
                                          accumulate, d.scratch.data());
            }
            std::vector<double> wanted(whole.size(), accumulate ? 0.5 : 0.0);
            forProducts(d.w, d.images, [&](std::size_t x, std::size_t k, std::size_t out) {
                wanted[k] += static_cast<double>(d.dy[out]) * static_cast<double>(d.x[x]);
            });
            const double worst = worstDifference(whole, wanted);
            describe(CHECK(worst < 2e-5), s, worst); // sums of up to 2,000 terms
            CHECK(sameBits(whole, cut));
            d.checkGuard();
        }
    }
}

TEST("an image's result does not depend on the images beside it") {
    for (const Sizes& s : allSizes()) {
        Data d(s);
        std::vector<float> together(d.dy.size()), apart(d.dy.size());
        convolution(d.w, d.images, d.x.data(), d.kernel.data(), nullptr, Activation::linear, together.data(), d.scratch.data());
        const std::int64_t in = d.w.inHeight * d.w.inWidth * d.w.inChannels, out = d.w.outHeight * d.w.outWidth * d.w.outChannels;
        for (std::int64_t n = 0; n < d.images; ++n) {
            convolution(d.w, 1, d.x.data() + n * in, d.kernel.data(), nullptr, Activation::linear, apart.data() + n * out,
                        d.scratch.data());
        }
        CHECK(sameBits(together, apart));
    }
}

} // namespace weft::kernels
