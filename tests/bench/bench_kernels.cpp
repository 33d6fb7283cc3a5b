// SPDX-License-Identifier: Apache-2.0
#include "engine/base/random.h"
#include "engine/base/thread_pool.h"
#include "engine/kernels/table.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <utility>

using namespace weft;
using namespace weft::kernels;

void eigenBaseline(const Gemm& g);
void eigenAvx2(const Gemm& g);
void eigenAvx512(const Gemm& g);

namespace {

struct Variant {
    const char* name;
    const Table* table;
    void (*eigen)(const Gemm&);
};

std::vector<Variant> variants() {
    std::vector<Variant> result{{"baseline", &tableBaseline, &eigenBaseline}};
#ifdef WEFT_KERNEL_VARIANTS
    if (instructionSet() != "baseline") {
        result.push_back({"avx2", &tableAvx2, &eigenAvx2});
    }
    if (instructionSet() == "avx512") {
        result.push_back({"avx512", &tableAvx512, &eigenAvx512});
    }
#endif
    return result;
}

/// Seconds of processor time that one call takes.
class Stopwatch {
public:
    template <class F>
    explicit Stopwatch(F f) {
        once(f, 1);
        m_times = std::max(1L, static_cast<long>(0.01 / std::max(once(f, 3) / 3, 1e-9)));
    }
    /// One more round of about 10 ms; the best counts, as neighbours on the machine only ever add time.
    template <class F>
    void round(F f) {
        m_best = std::min(m_best, once(f, m_times) / static_cast<double>(m_times));
    }
    double best() const { return m_best; }

private:
    template <class F>
    static double once(F f, long times) {
        const std::clock_t start = std::clock();
        for (long i = 0; i < times; ++i) {
            f();
        }
        return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    }
    long m_times = 1;
    double m_best = 1e9;
};

constexpr int rounds = 12;

template <class F>
double seconds(F f) {
    Stopwatch watch(f);
    for (int i = 0; i < rounds; ++i) {
        watch.round(f);
    }
    return watch.best();
}

/// Both in turns, so that both see the same neighbours.
template <class F, class G>
std::pair<double, double> seconds(F f, G g) {
    Stopwatch first(f), second(g);
    for (int i = 0; i < rounds; ++i) {
        first.round(f);
        second.round(g);
    }
    return {first.best(), second.best()};
}

std::vector<float> numbers(std::int64_t count) {
    std::vector<float> result(static_cast<std::size_t>(count));
    const Random random(1);
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = random.uniform(i) - 0.5f;
    }
    return result;
}

void benchGemm() {
    struct Size {
        bool ta, tb;
        std::int64_t m, n, k;
    };
    const Size sizes[] = {
        {false, false, 64, 64, 784},  {false, false, 64, 512, 784},   {false, false, 128, 512, 784},  {false, false, 128, 128, 784},
        {false, false, 64, 64, 64},   {false, false, 256, 256, 256},  {false, false, 64, 10, 128},    {false, false, 64, 10, 512},
        {false, false, 1, 512, 784},  {false, false, 1, 10, 128},     {false, false, 21632, 32, 144}, {false, false, 21632, 64, 288},
        {false, false, 43264, 16, 9}, {false, false, 12544, 64, 576}, {false, false, 32, 512, 512},   {false, true, 64, 512, 512},
        {false, true, 64, 784, 512},  {false, true, 64, 128, 10},     {false, true, 32, 128, 512},    {true, false, 784, 512, 64},
        {true, false, 784, 64, 64},   {true, false, 512, 10, 64},     {true, false, 144, 32, 21632},  {true, false, 784, 512, 128},
    };
    std::printf("product, GFLOP/s (ours / Eigen)\n%-28s", "");
    for (const Variant& v : variants()) {
        std::printf("%20s", v.name);
    }
    std::printf("\n");
    for (const Size& s : sizes) {
        const std::vector<float> a = numbers(s.m * s.k), b = numbers(s.k * s.n);
        std::vector<float> c(static_cast<std::size_t>(s.m * s.n));
        Gemm g;
        g.transposeA = s.ta;
        g.transposeB = s.tb;
        g.m = s.m;
        g.n = g.ldc = s.n;
        g.k = s.k;
        g.lda = s.ta ? s.m : s.k;
        g.ldb = s.tb ? s.k : s.n;
        g.a = a.data();
        g.b = b.data();
        g.c = c.data();
        std::printf("%s%s %6d x %4d x %5d    ", s.ta ? "T" : "-", s.tb ? "T" : "-", static_cast<int>(s.m), static_cast<int>(s.n),
                    static_cast<int>(s.k));
        const double flops = 2e-9 * static_cast<double>(s.m) * static_cast<double>(s.n) * static_cast<double>(s.k);
        for (const Variant& v : variants()) {
            const auto [ours, peer] = seconds([&] { v.table->gemm(g); }, [&] { v.eigen(g); });
            std::printf("%9.1f /%8.1f ", flops / ours, flops / peer);
        }
        std::printf("\n");
    }
}

void benchConvolution() {
    struct Size {
        std::int64_t size, in, out, kernel, stride;
    };
    std::printf("\nconvolution of 8 images, GFLOP/s (forward / input gradient / kernel gradient)\n%-28s", "");
    for (const Variant& v : variants()) {
        std::printf("%26s", v.name);
    }
    std::printf("\n");
    for (const Size& s : {Size{28, 1, 32, 3, 1}, Size{26, 32, 64, 3, 1}, Size{32, 3, 16, 3, 1}, Size{32, 16, 16, 3, 1},
                          Size{16, 32, 32, 3, 1}, Size{8, 64, 64, 3, 1}, Size{32, 16, 32, 3, 2}, Size{16, 32, 64, 1, 1}}) {
        Window2D w;
        w.inHeight = w.inWidth = s.size;
        w.inChannels = s.in;
        w.outChannels = s.out;
        w.kernelHeight = w.kernelWidth = s.kernel;
        w.strideHeight = w.strideWidth = s.stride;
        w.outHeight = w.outWidth = (s.size + s.stride - 1) / s.stride;
        w.padTop = w.padLeft = ((w.outHeight - 1) * s.stride + s.kernel - s.size) / 2;
        const std::int64_t images = 8, out = images * w.outHeight * w.outWidth * s.out, rows = s.kernel * s.kernel * s.in;
        const std::vector<float> x = numbers(images * s.size * s.size * s.in), kernel = numbers(rows * s.out), dy = numbers(out);
        std::vector<float> y(dy.size()), dx(x.size()), dKernel(kernel.size()), scratch(convolutionScratch(w));
        const double flops = 2e-9 * static_cast<double>(out * rows);
        std::printf("%3d x %3d x %3d -> %3d, %d /%d  ", static_cast<int>(s.size), static_cast<int>(s.size), static_cast<int>(s.in),
                    static_cast<int>(s.out), static_cast<int>(s.kernel), static_cast<int>(s.stride));
        for (const Variant& v : variants()) {
            const double forward = seconds(
                [&] { v.table->convolution(w, images, x.data(), kernel.data(), nullptr, Activation::relu, y.data(), scratch.data()); });
            const double input =
                seconds([&] { v.table->convolutionInputGradient(w, images, dy.data(), kernel.data(), dx.data(), false, scratch.data()); });
            const double weights = seconds([&] {
                v.table->convolutionKernelGradient(w, images, x.data(), dy.data(), 0, rows, dKernel.data(), false, scratch.data());
            });
            std::printf("%8.1f%8.1f%8.1f  ", flops / forward, flops / input, flops / weights);
        }
        std::printf("\n");
    }
}

void benchElementwise() {
    const std::int64_t count = 16384;
    const std::vector<float> x = numbers(count);
    std::vector<float> y(x.size()), m(x.size()), s(x.size(), 1.0f);
    std::printf("\nelementwise on %d numbers in cache, billions a second\n%-20s", static_cast<int>(count), "");
    for (const Variant& v : variants()) {
        std::printf("%12s", v.name);
    }
    const auto line = [&](const char* name, auto f) {
        std::printf("\n%-20s", name);
        for (const Variant& v : variants()) {
            std::printf("%12.2f", 1e-9 * static_cast<double>(count) / seconds([&] { f(*v.table); }));
        }
    };
    for (const std::string_view name : activationNames()) {
        Activation a{};
        activationNamed(name, a);
        line(name.data(), [&](const Table& t) { t.activate(a, x.data(), y.data(), count / 64, 64); });
    }
    line("dropout", [&](const Table& t) { t.dropout(x.data(), y.data(), count, 0.5f, 1, 2, 0, false); });
    line("adam", [&](const Table& t) { t.adamStep(count, {1e-6f, 0.9f, 0.999f, 1e-7f}, x.data(), m.data(), s.data(), nullptr, y.data()); });
    line("sum of squares", [&](const Table& t) { m[0] = static_cast<float>(t.sumOfSquares(x.data(), count)); });
    line("column sums", [&](const Table& t) { t.columnSums(x.data(), count / 64, 64, 0, 64, y.data(), false); });
    std::printf("\n");
}

void benchPool() {
    ThreadPool pool;
    long sum = 0;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 100000; ++i) {
        pool.forEach(pool.threads(), [&](std::int64_t, int worker) { sum += worker == 0 ? 1 : 0; });
    }
    const double hot = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / 100000;
    std::printf("\nfork and join of %d threads: %.2f microseconds (%ld)\n", pool.threads(), hot * 1e6, sum);
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view wanted = argc > 1 ? argv[1] : "";
    if (wanted.empty() || wanted == "gemm") {
        benchGemm();
    }
    if (wanted.empty() || wanted == "convolution") {
        benchConvolution();
    }
    if (wanted.empty() || wanted == "elementwise") {
        benchElementwise();
    }
    if (wanted.empty() || wanted == "pool") {
        benchPool();
    }
    return 0;
}
