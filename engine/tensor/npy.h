// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/tensor/tensor.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace weft {

/// NumPy's `.npy` (versions 1 to 3), either byte order, C or Fortran order (the tensor is in C order always). Numbers of a type that
/// Weft lacks become the next one that holds them all: float16 -> float32; int8, int16, uint16 -> int32; uint32 and uint64 ->
/// int64. Throws Error on anything else, `what` naming the data; takes no memory before it knows that the numbers can be there.
Tensor parseNpy(std::string_view bytes, std::string_view what);
/// Of a file; also of one that is packed with gzip.
Tensor readNpy(const std::filesystem::path& path);

/// The same array as NumPy would write it (version 1, little-endian, C order).
std::string npyBytes(const Tensor& tensor);
void writeNpy(const std::filesystem::path& path, const Tensor& tensor);

/// Float16 (IEEE 754 binary16, as its 16 bits) as float32; exact.
float halfToFloat(std::uint16_t bits);

} // namespace weft
