// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/broadcast.h"

#include <algorithm>

namespace weft::layers {

Broadcast::Broadcast(const Shape& small, const Shape& large) {
    std::int64_t smallStride = 1;
    std::int64_t largeStride = 1;
    for (int back = 1; back <= large.rank(); ++back) {
        const std::int64_t size = large[large.rank() - back];
        const bool repeated = back > small.rank() || small[small.rank() - back] != size;
        if (size == 1) {
            continue; // nothing to walk along
        }
        m_identity = m_identity && !repeated;
        const std::int64_t stride = repeated ? 0 : smallStride;
        if (!m_dims.empty() && (m_dims.back().small == 0) == repeated) {
            m_dims.back().size *= size;
        } else {
            m_dims.push_back({size, stride, largeStride});
        }
        smallStride *= repeated ? 1 : size;
        largeStride *= size;
    }
    if (m_dims.empty()) {
        m_dims.push_back({1, 1, 1});
    }
    std::reverse(m_dims.begin(), m_dims.end());
}

} // namespace weft::layers
