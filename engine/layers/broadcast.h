// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/tensor/shape.h"

#include <cstdint>
#include <span>
#include <vector>

namespace weft::layers {

/// How a small block of numbers is laid over a large one (both C order): along a dimension of size 1 it is repeated.
class Broadcast {
public:
    /// Shapes without batch, all known. `small` may have fewer dimensions; it is aligned at the end.
    Broadcast(const Shape& small, const Shape& large);

    /// True where nothing is repeated: both blocks have the same layout.
    bool isIdentity() const { return m_identity; }

    /// Calls f(i, j) for every element j of the large block, in order; i is the element of the small one that lies over it.
    template <class F>
    void forEach(F&& f) const {
        walk(m_dims, 0, 0, f);
    }

private:
    struct Dim {
        std::int64_t size;
        std::int64_t small; ///< stride; 0 where repeated
        std::int64_t large; ///< stride
    };

    template <class F>
    static void walk(std::span<const Dim> dims, std::int64_t i, std::int64_t j, F& f) {
        const Dim& d = dims.front();
        if (dims.size() == 1) {
            for (std::int64_t k = 0; k < d.size; ++k) {
                f(i + k * d.small, j + k);
            }
            return;
        }
        for (std::int64_t k = 0; k < d.size; ++k) {
            walk(dims.subspan(1), i + k * d.small, j + k * d.large, f);
        }
    }

    std::vector<Dim> m_dims; ///< outermost first, neighbours of one kind merged; never empty
    bool m_identity = true;
};

} // namespace weft::layers
