// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/tensor/tensor.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace weft {

/// Named tensors and a few texts about them, as a `.safetensors` file holds them.
struct SafeTensors {
    std::map<std::string, std::shared_ptr<const Tensor>> tensors;
    std::map<std::string, std::string> metadata;
};

/// Reads the format by the rules of its reference implementation: header within the file, tensors without hole or overlap from the
/// first byte to the last, sizes that fit shape and type. F16 and BF16 become float32; I8, I16 and U16 int32; U32 int64.
/// Throws Error, `what` naming the data.
SafeTensors parseSafeTensors(std::string_view bytes, std::string_view what);

/// The file's bytes: wider types first, then by name, so that every number is aligned; the data begin at a multiple of 8.
/// The same content gives the same bytes.
std::string safeTensorsBytes(const SafeTensors& content);

} // namespace weft
