// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/support.h"

#include <cstdlib>

namespace weft::kernels {

namespace {

struct Operands {
    std::vector<float> a, b, c, bias;
    Gemm g;

    Operands(bool transposeA, bool transposeB, std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t gap) {
        g.transposeA = transposeA;
        g.transposeB = transposeB;
        g.m = m;
        g.n = n;
        g.k = k;
        g.lda = (transposeA ? m : k) + gap;
        g.ldb = (transposeB ? k : n) + gap;
        g.ldc = n + gap;
        a = numbers((transposeA ? k : m) * g.lda, 1);
        b = numbers((transposeB ? n : k) * g.ldb, 2);
        c = numbers(m * g.ldc, 3);
        bias = numbers(n, 4);
        // Sums stay near 1, so that one tolerance fits all depths.
        for (float& value : a) {
            value /= std::sqrt(static_cast<float>(std::max<std::int64_t>(k, 1)));
        }
        g.a = a.data();
        g.b = b.data();
        g.c = c.data();
    }

    double expected(std::int64_t i, std::int64_t j) const {
        double total = 0;
        for (std::int64_t p = 0; p < g.k; ++p) {
            const double left = g.transposeA ? g.a[p * g.lda + i] : g.a[i * g.lda + p];
            total += left * (g.transposeB ? g.b[j * g.ldb + p] : g.b[p * g.ldb + j]);
        }
        return total;
    }
};

void checkProduct(bool transposeA, bool transposeB, std::int64_t m, std::int64_t n, std::int64_t k, bool accumulate, bool bias, bool relu) {
    Operands o(transposeA, transposeB, m, n, k, 3);
    const std::vector<float> before = o.c;
    o.g.accumulate = accumulate;
    o.g.bias = bias ? o.bias.data() : nullptr;
    o.g.activation = relu ? Activation::relu : Activation::linear;
    gemm(o.g);
    std::vector<double> expected(before.begin(), before.end()); // what lies between the rows must stay
    for (std::int64_t i = 0; i < m; ++i) {
        for (std::int64_t j = 0; j < n; ++j) {
            double& c = expected[static_cast<std::size_t>(i * o.g.ldc + j)];
            c = o.expected(i, j) + (accumulate ? c : 0) + (bias ? static_cast<double>(o.bias[static_cast<std::size_t>(j)]) : 0);
            c = relu && c < 0 ? 0 : c;
        }
    }
    const double worst = worstDifference(o.c, expected);
    if (!CHECK(worst < 2e-6)) {
        std::cerr << "    at " << m << " x " << n << " x " << k << ", transposes " << transposeA << transposeB << ": " << worst << "\n";
    }
}

} // namespace

TEST("a product of any odd size, in all four orders, is what the definition gives") {
    for (const std::int64_t m : {1, 2, 5, 13, 14, 15, 31, 67, 130}) {
        for (const std::int64_t n : {1, 3, 10, 16, 17, 32, 47, 129, 150}) {
            for (const std::int64_t k : {1, 2, 9, 64, 255, 257}) {
                for (int order = 0; order < 4; ++order) {
                    checkProduct(order & 1, order & 2, m, n, k, (m + n + k) % 2 == 0, false, false);
                }
            }
        }
    }
}

TEST("bias and activation are applied once, after the whole sum") {
    for (const std::int64_t n : {1, 10, 32, 150}) {
        for (const std::int64_t k : {1, 64, 600}) {
            checkProduct(false, false, 37, n, k, false, true, false);
            checkProduct(false, false, 37, n, k, false, true, true);
            checkProduct(true, false, 37, n, k, false, false, true);
            checkProduct(false, true, 37, n, k, false, true, true);
        }
    }
}

TEST("every elementwise activation in the epilogue is the activation of the product") {
    for (const std::string_view name : activationNames()) {
        Activation a{};
        REQUIRE(activationNamed(name, a));
        if (a == Activation::softmax || a == Activation::log_softmax || a == Activation::sparsemax) {
            continue;
        }
        Operands fused(false, false, 9, 21, 30, 0);
        Operands apart(false, false, 9, 21, 30, 0);
        fused.g.activation = a;
        gemm(fused.g);
        gemm(apart.g);
        activate(a, apart.c.data(), apart.c.data(), 9, 21);
        CHECK(sameBits(fused.c, apart.c));
    }
}

TEST("a product over no depth is zero, or what was there") {
    checkProduct(false, false, 5, 7, 0, false, true, false);
    checkProduct(true, false, 5, 7, 0, true, false, false);
}

TEST("a product cut into blocks of rows has the same bits") {
    for (int order = 0; order < 4; ++order) {
        for (const std::int64_t n : {10, 64, 150}) {
            const std::int64_t m = 131, k = 520;
            Operands whole(order & 1, order & 2, m, n, k, 0);
            gemm(whole.g);
            for (const std::int64_t block : {1, 3, 16, 65, 100}) {
                Operands cut(order & 1, order & 2, m, n, k, 0);
                for (std::int64_t i = 0; i < m; i += block) {
                    Gemm part = cut.g;
                    part.m = std::min(block, m - i);
                    part.a = cut.g.a + (part.transposeA ? i : i * part.lda);
                    part.c = cut.g.c + i * part.ldc;
                    gemm(part);
                }
                CHECK(sameBits(whole.c, cut.c));
            }
        }
    }
}

TEST("a product cut into blocks of columns has the same bits") {
    const std::int64_t m = 40, n = 150, k = 300;
    Operands whole(false, false, m, n, k, 0);
    gemm(whole.g);
    Operands cut(false, false, m, n, k, 0);
    for (std::int64_t j = 0; j < n; j += 37) {
        Gemm part = cut.g;
        part.n = std::min<std::int64_t>(37, n - j);
        part.b += j;
        part.c += j;
        gemm(part);
    }
    CHECK(sameBits(whole.c, cut.c));
}

TEST("NaN and infinity go through a product") {
    Operands o(false, false, 3, 5, 4, 0);
    o.a[0] = NAN;
    o.a[4] = INFINITY;
    gemm(o.g);
    for (std::size_t j = 0; j < 5; ++j) {
        CHECK(std::isnan(o.c[j]));
        CHECK(std::isinf(o.c[5 + j]));
        CHECK(std::isfinite(o.c[10 + j]));
    }
}

TEST("the instruction set is the one asked for, or the best that the processor has") {
    std::string_view best = "baseline";
#if defined(__x86_64__) && defined(__GNUC__)
    best = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? "avx2" : best;
    best = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") ? "avx512" : best;
#endif
    const char* const asked = std::getenv("WEFT_ISA");
    const std::string_view wanted = asked ? asked : "";
    if (wanted == "baseline" || (wanted == "avx2" && best != "baseline")) {
        CHECK_EQUAL(instructionSet(), wanted);
    } else {
        CHECK_EQUAL(instructionSet(), best);
    }
}

} // namespace weft::kernels
