// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/kernels.h"
#include "engine/kernels/variant/activation_functions.h"

namespace weft::kernels {
namespace {
namespace own {

/// y = f(x). The last, partial vector goes through the same code as the others: where a buffer is cut does not matter.
template <class F>
void mapped(const float* x, float* y, std::int64_t count) {
    const std::int64_t whole = wholeVectors(count);
    for (std::int64_t i = 0; i < whole; i += lanes) {
        store(y + i, F::value(load(x + i)));
    }
    if (whole < count) {
        storePart(y + whole, F::value(loadPart(x + whole, count - whole)), count - whole);
    }
}

template <class F, bool accumulate>
void mappedGradient(const float* x, const float* y, const float* dy, float* dx, std::int64_t count) {
    const std::int64_t whole = wholeVectors(count);
    for (std::int64_t i = 0; i < whole; i += lanes) {
        const V slope = F::slope(F::needsInput ? load(x + i) : V{}, load(y + i));
        store(dx + i, accumulate ? load(dx + i) + load(dy + i) * slope : load(dy + i) * slope);
    }
    if (const std::int64_t rest = count - whole) {
        const V slope = F::slope(F::needsInput ? loadPart(x + whole, rest) : V{}, loadPart(y + whole, rest));
        const V by = loadPart(dy + whole, rest);
        storePart(dx + whole, accumulate ? loadPart(dx + whole, rest) + by * slope : by * slope, rest);
    }
}

constexpr bool elementwise(Activation a) { return a != Activation::softmax && a != Activation::log_softmax && a != Activation::sparsemax; }

/// The elementwise functions, for `count` numbers in a row.
inline void activateElements(Activation a, const float* x, float* y, std::int64_t count) {
    switch (a) {
#define WEFT_ACTIVATION(name)                                                                                                              \
    case Activation::name: mapped<functions::name>(x, y, count); break;
        WEFT_ELEMENTWISE_ACTIVATIONS
#undef WEFT_ACTIVATION
    case Activation::softmax:
    case Activation::log_softmax:
    case Activation::sparsemax: break;
    }
}

inline void gradientOfElements(Activation a, const float* x, const float* y, const float* dy, float* dx, std::int64_t count,
                               bool accumulate) {
    switch (a) {
#define WEFT_ACTIVATION(name)                                                                                                              \
    case Activation::name:                                                                                                                 \
        accumulate ? mappedGradient<functions::name, true>(x, y, dy, dx, count)                                                            \
                   : mappedGradient<functions::name, false>(x, y, dy, dx, count);                                                          \
        break;
        WEFT_ELEMENTWISE_ACTIVATIONS
#undef WEFT_ACTIVATION
    case Activation::softmax:
    case Activation::log_softmax:
    case Activation::sparsemax: break;
    }
}

} // namespace own
} // namespace
} // namespace weft::kernels
