// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/table.h"

#include <cstdlib>

namespace weft::kernels {

namespace {

struct Choice {
    std::string_view name;
    const Table* table;
};

Choice choose() {
#ifdef WEFT_KERNEL_VARIANTS
    __builtin_cpu_init();
    const bool avx2 =
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    const char* const asked = std::getenv("WEFT_ISA");
    const std::string_view wanted = asked ? asked : "";
    if (wanted == "baseline") {
        return {"baseline", &tableBaseline};
    }
    if (avx512 && wanted != "avx2") {
        return {"avx512", &tableAvx512};
    }
    if (avx2) {
        return {"avx2", &tableAvx2};
    }
#endif
    return {"baseline", &tableBaseline};
}

const Choice& choice() {
    static const Choice chosen = choose();
    return chosen;
}

const Table& table() { return *choice().table; }

} // namespace

std::string_view instructionSet() { return choice().name; }

void activate(Activation a, const float* x, float* y, std::int64_t rows, std::int64_t columns) { table().activate(a, x, y, rows, columns); }

void activateGradient(Activation a, const float* x, const float* y, const float* dy, float* dx, std::int64_t rows, std::int64_t columns,
                      bool accumulate) {
    table().activateGradient(a, x, y, dy, dx, rows, columns, accumulate);
}

void gemm(const Gemm& g) { table().gemm(g); }

void columnSums(const float* x, std::int64_t rows, std::int64_t stride, std::int64_t begin, std::int64_t end, float* out, bool accumulate) {
    table().columnSums(x, rows, stride, begin, end, out, accumulate);
}

void scaled(float scale, const float* x, float* out, std::int64_t count, bool accumulate) {
    table().scaled(scale, x, out, count, accumulate);
}

void multiplied(const float* a, const float* b, float* out, std::int64_t count, bool accumulate) {
    table().multiplied(a, b, out, count, accumulate);
}

double sumOfSquares(const float* x, std::int64_t count) { return table().sumOfSquares(x, count); }

void dropout(const float* x, float* y, std::int64_t count, float rate, std::uint64_t seed, std::uint64_t stream, std::uint64_t offset,
             bool accumulate) {
    table().dropout(x, y, count, rate, seed, stream, offset, accumulate);
}

void convolution(const Window2D& w, std::int64_t images, const float* x, const float* kernel, const float* bias, Activation activation,
                 float* y, float* scratch) {
    table().convolution(w, images, x, kernel, bias, activation, y, scratch);
}

void convolutionInputGradient(const Window2D& w, std::int64_t images, const float* dy, const float* kernel, float* dx, bool accumulate,
                              float* scratch) {
    table().convolutionInputGradient(w, images, dy, kernel, dx, accumulate, scratch);
}

void convolutionKernelGradient(const Window2D& w, std::int64_t images, const float* x, const float* dy, std::int64_t begin,
                               std::int64_t end, float* dKernel, bool accumulate, float* scratch) {
    table().convolutionKernelGradient(w, images, x, dy, begin, end, dKernel, accumulate, scratch);
}

void maxPooling(const Window2D& w, std::int64_t images, const float* x, float* y, std::int32_t* argmax) {
    table().maxPooling(w, images, x, y, argmax);
}

void maxPoolingGradient(const Window2D& w, std::int64_t images, const std::int32_t* argmax, const float* dy, float* dx, bool accumulate) {
    table().maxPoolingGradient(w, images, argmax, dy, dx, accumulate);
}

void sgdStep(std::int64_t count, float rate, const float* g, float* w) { table().sgdStep(count, rate, g, w); }

void momentumStep(std::int64_t count, float rate, float momentum, bool nesterov, const float* g, float* m, float* w) {
    table().momentumStep(count, rate, momentum, nesterov, g, m, w);
}

void rmspropStep(std::int64_t count, const RmspropStep& s, const float* g, float* v, float* m, float* a, float* w) {
    table().rmspropStep(count, s, g, v, m, a, w);
}

void adamStep(std::int64_t count, const AdamStep& s, const float* g, float* m, float* v, float* vMax, float* w) {
    table().adamStep(count, s, g, m, v, vMax, w);
}

} // namespace weft::kernels
