// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace weft {

/// log(sum(exp(x))) without overflow; `softmax`, if not null, gets softmax(x).
inline float logSumExp(std::int64_t width, const float* x, float* softmax) {
    const float top = *std::max_element(x, x + width);
    float sum = 0;
    for (std::int64_t j = 0; j < width; ++j) {
        const float e = std::exp(x[j] - top);
        sum += e;
        if (softmax) {
            softmax[j] = e;
        }
    }
    if (softmax) {
        const float scale = 1.0f / sum;
        for (std::int64_t j = 0; j < width; ++j) {
            softmax[j] *= scale;
        }
    }
    return top + std::log(sum);
}

} // namespace weft
