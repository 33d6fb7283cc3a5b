// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft {

/// Bytes of memory that this machine has, space on disk that stands in for it included; 0 where the system does not tell.
std::uint64_t physicalMemory();

/// `3.1 TB`, `640 MB`, `12 bytes`: three digits, a thousand to the next unit.
std::string byteText(double bytes);

/// Throws Error where `bytes` is more than the machine has, so that nothing near the limit is refused: `what` begins the sentence,
/// as in "The weights of the model need".
void requireMemory(double bytes, std::string_view what);

} // namespace weft
