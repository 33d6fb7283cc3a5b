// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace weft {

/// Something in the world is wrong: a file, a format, data that does not fit, a full disk.
/// `what()` is one whole sentence for a person: what, where, what was expected, what came.
class Error : public std::runtime_error {
public:
    explicit Error(const std::string& sentence) : std::runtime_error(sentence) {}
};

} // namespace weft
