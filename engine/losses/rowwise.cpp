// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/rowwise.h"

namespace weft {

void RowwiseLoss::evaluate(Rows rows, const void* target, const float* prediction, float* values, const float* factors, float* gradient) const {
    const auto* targets = static_cast<const float*>(target);
    for (std::int64_t i = rows.begin * m_values; i < rows.end * m_values; ++i) {
        const std::int64_t at = i * m_width;
        values[i] = row(m_width, targets + at, prediction + at, gradient ? factors[i] : 0.0f, gradient ? gradient + at : nullptr);
    }
}

} // namespace weft
