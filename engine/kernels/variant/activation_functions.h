// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/variant/math.h"

/// Keras 3's activation functions with its default parameters, and their derivatives from the output y alone where that
/// is possible (`needsInput` false), else from the input x.
#define WEFT_ELEMENTWISE_ACTIVATIONS                                                                                                       \
    WEFT_ACTIVATION(linear)                                                                                                                \
    WEFT_ACTIVATION(relu)                                                                                                                  \
    WEFT_ACTIVATION(relu6)                                                                                                                 \
    WEFT_ACTIVATION(leaky_relu)                                                                                                            \
    WEFT_ACTIVATION(elu)                                                                                                                   \
    WEFT_ACTIVATION(selu)                                                                                                                  \
    WEFT_ACTIVATION(celu)                                                                                                                  \
    WEFT_ACTIVATION(gelu)                                                                                                                  \
    WEFT_ACTIVATION(sigmoid)                                                                                                               \
    WEFT_ACTIVATION(hard_sigmoid)                                                                                                          \
    WEFT_ACTIVATION(log_sigmoid)                                                                                                           \
    WEFT_ACTIVATION(tanh)                                                                                                                  \
    WEFT_ACTIVATION(hard_tanh)                                                                                                             \
    WEFT_ACTIVATION(tanh_shrink)                                                                                                           \
    WEFT_ACTIVATION(softplus)                                                                                                              \
    WEFT_ACTIVATION(softsign)                                                                                                              \
    WEFT_ACTIVATION(silu)                                                                                                                  \
    WEFT_ACTIVATION(hard_silu)                                                                                                             \
    WEFT_ACTIVATION(mish)                                                                                                                  \
    WEFT_ACTIVATION(exponential)                                                                                                           \
    WEFT_ACTIVATION(hard_shrink)                                                                                                           \
    WEFT_ACTIVATION(soft_shrink)                                                                                                           \
    WEFT_ACTIVATION(squareplus)                                                                                                            \
    WEFT_ACTIVATION(sparse_plus)                                                                                                           \
    WEFT_ACTIVATION(sparse_sigmoid)

namespace weft::kernels {
namespace {
namespace own {
namespace functions {

struct FromOutput {
    static constexpr bool needsInput = false;
};
struct FromInput {
    static constexpr bool needsInput = true;
};

WEFT_INLINE V oneWhere(I mask) { return where(mask, splat(1.0f), splat(0.0f)); }

struct linear : FromOutput {
    static WEFT_INLINE V value(V x) { return x; }
    static WEFT_INLINE V slope(V, V) { return splat(1.0f); }
};

struct relu : FromOutput {
    static WEFT_INLINE V value(V x) { return atLeast(x, 0.0f); }
    static WEFT_INLINE V slope(V, V y) { return oneWhere(y > 0.0f); }
};

struct relu6 : FromOutput {
    static WEFT_INLINE V value(V x) { return atMost(atLeast(x, 0.0f), 6.0f); }
    static WEFT_INLINE V slope(V, V y) { return oneWhere((y > 0.0f) & (y < 6.0f)); }
};

struct leaky_relu : FromOutput {
    static WEFT_INLINE V value(V x) { return where(x > 0.0f, x, 0.2f * x); }
    static WEFT_INLINE V slope(V, V y) { return where(y > 0.0f, splat(1.0f), splat(0.2f)); }
};

struct elu : FromOutput {
    static WEFT_INLINE V value(V x) { return where(x > 0.0f, x, exponentialMinusOne(x)); }
    static WEFT_INLINE V slope(V, V y) { return where(y > 0.0f, splat(1.0f), y + 1.0f); }
};

struct celu : elu {};

struct selu : FromOutput {
    // Klambauer et al., "Self-normalizing neural networks", 2017.
    static constexpr float scale = 1.05070098735548f;
    static constexpr float alpha = 1.67326324235438f;
    static WEFT_INLINE V value(V x) { return where(x > 0.0f, scale * x, scale * alpha * exponentialMinusOne(x)); }
    static WEFT_INLINE V slope(V, V y) { return where(y > 0.0f, splat(scale), y + scale * alpha); }
};

struct gelu : FromInput {
    // Far out x Phi(x) would be infinity times 0.
    static WEFT_INLINE V value(V x) { return atLeast(x, -20.0f) * normalDistribution(x); }
    static WEFT_INLINE V slope(V x, V) {
        const V bounded = atMost(atLeast(x, -20.0f), 20.0f);
        return normalDistribution(bounded) + bounded * (0.39894228f * exponential(-0.5f * bounded * bounded));
    }
};

struct sigmoid : FromOutput {
    static WEFT_INLINE V value(V x) { return logistic(x); }
    static WEFT_INLINE V slope(V, V y) { return y * (1.0f - y); }
};

struct hard_sigmoid : FromOutput {
    static WEFT_INLINE V value(V x) { return atMost(atLeast(x / 6.0f + 0.5f, 0.0f), 1.0f); }
    static WEFT_INLINE V slope(V, V y) { return where((y > 0.0f) & (y < 1.0f), splat(1.0f / 6), splat(0.0f)); }
};

struct log_sigmoid : FromOutput {
    static WEFT_INLINE V value(V x) { return -softPlus(-x); }
    static WEFT_INLINE V slope(V, V y) { return -exponentialMinusOne(y); }
};

struct tanh : FromOutput {
    static WEFT_INLINE V value(V x) { return hyperbolicTangent(x); }
    static WEFT_INLINE V slope(V, V y) { return (1.0f - y) * (1.0f + y); }
};

struct hard_tanh : FromOutput {
    static WEFT_INLINE V value(V x) { return atMost(atLeast(x, -1.0f), 1.0f); }
    static WEFT_INLINE V slope(V, V y) { return oneWhere((y > -1.0f) & (y < 1.0f)); }
};

struct tanh_shrink : FromInput {
    static WEFT_INLINE V value(V x) { return tangentShrink(x); }
    static WEFT_INLINE V slope(V x, V) {
        const V t = hyperbolicTangent(x);
        return t * t;
    }
};

struct softplus : FromOutput {
    static WEFT_INLINE V value(V x) { return softPlus(x); }
    static WEFT_INLINE V slope(V, V y) { return -exponentialMinusOne(-y); }
};

struct softsign : FromOutput {
    static WEFT_INLINE V value(V x) { return x / (1.0f + magnitude(x)); }
    static WEFT_INLINE V slope(V, V y) {
        const V rest = 1.0f - magnitude(y);
        return rest * rest;
    }
};

struct silu : FromInput {
    static WEFT_INLINE V value(V x) { return atLeast(x, -110.0f) * logistic(x); }
    static WEFT_INLINE V slope(V x, V) {
        const V bounded = atMost(atLeast(x, -110.0f), 110.0f);
        const V s = logistic(bounded);
        return s * (bounded * (1.0f - s) + 1.0f);
    }
};

struct hard_silu : FromInput {
    static WEFT_INLINE V value(V x) { return where(x <= -3.0f, splat(0.0f), x * hard_sigmoid::value(x)); }
    static WEFT_INLINE V slope(V x, V) {
        const V inside = x / 3.0f + 0.5f;
        return where(x < -3.0f, splat(0.0f), where(x >= 3.0f, splat(1.0f), inside));
    }
};

struct mish : FromInput {
    /// tanh(log(1 + e^x)) = (w² - 1) / (w² + 1) with w = 1 + e^x, written with u = e^-|x| and without cancellation.
    static WEFT_INLINE V gate(V x, V u) {
        const V top = where(x < 0.0f, u * (u + 2.0f), 2.0f * u + 1.0f);
        return top / (top + where(x < 0.0f, splat(2.0f), 2.0f * u * u));
    }
    static WEFT_INLINE V value(V x) {
        const V bounded = atLeast(x, -110.0f);
        return bounded * gate(bounded, exponential(-magnitude(bounded)));
    }
    static WEFT_INLINE V slope(V x, V) {
        const V bounded = atMost(atLeast(x, -110.0f), 110.0f);
        const V u = exponential(-magnitude(bounded));
        const V t = gate(bounded, u);
        const V s = where(bounded < 0.0f, u, splat(1.0f)) / (u + 1.0f);
        return t + bounded * s * (1.0f - t) * (1.0f + t);
    }
};

struct exponential : FromOutput {
    static WEFT_INLINE V value(V x) { return own::exponential(x); }
    static WEFT_INLINE V slope(V, V y) { return y; }
};

struct hard_shrink : FromOutput {
    static WEFT_INLINE V value(V x) { return where(magnitude(x) <= 0.5f, splat(0.0f), x); }
    static WEFT_INLINE V slope(V, V y) { return oneWhere(y != 0.0f); }
};

struct soft_shrink : FromOutput {
    static WEFT_INLINE V value(V x) { return where(magnitude(x) <= 0.5f, splat(0.0f), x - withSign(splat(0.5f), x)); }
    static WEFT_INLINE V slope(V, V y) { return oneWhere(y != 0.0f); }
};

struct squareplus : FromOutput {
    static WEFT_INLINE V value(V x) {
        const V root = squareRoot(x * x + 4.0f);
        return where(x < 0.0f, 2.0f / (root - x), 0.5f * (x + root));
    }
    // y² - x y = 1, so x = y - 1/y.
    static WEFT_INLINE V slope(V, V y) { return 1.0f / (1.0f + 1.0f / (y * y)); }
};

struct sparse_plus : FromOutput {
    static WEFT_INLINE V value(V x) {
        const V above = x + 1.0f;
        return where(x <= -1.0f, splat(0.0f), where(x < 1.0f, 0.25f * above * above, x));
    }
    static WEFT_INLINE V slope(V, V y) { return where(y < 1.0f, squareRoot(y), splat(1.0f)); }
};

struct sparse_sigmoid : FromOutput {
    static WEFT_INLINE V value(V x) { return where(x <= -1.0f, splat(0.0f), where(x >= 1.0f, splat(1.0f), 0.5f * (x + 1.0f))); }
    static WEFT_INLINE V slope(V, V y) { return where((y > 0.0f) & (y < 1.0f), splat(0.5f), splat(0.0f)); }
};

} // namespace functions
} // namespace own
} // namespace
} // namespace weft::kernels
