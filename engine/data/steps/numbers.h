// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/tensor/tensor.h"

namespace weft {

/// Calls `visit(pointer)` with the memory as its C++ type.
template <class Visit>
void visitNumbers(DType dtype, const void* memory, Visit&& visit) {
    switch (dtype) {
    case DType::float32: visit(static_cast<const float*>(memory)); return;
    case DType::int32: visit(static_cast<const std::int32_t*>(memory)); return;
    case DType::boolean:
    case DType::uint8: visit(static_cast<const std::uint8_t*>(memory)); return;
    case DType::int64: visit(static_cast<const std::int64_t*>(memory)); return;
    case DType::float64: visit(static_cast<const double*>(memory)); return;
    }
}

/// Numbers of one row of a spec whose dimension 0 is the batch.
inline std::int64_t numbersPerRow(const TensorSpec& spec) { return spec.shape.rank() == 0 ? 1 : spec.shape.count(1); }

} // namespace weft
