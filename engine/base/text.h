// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// Joins anything that can be written to a stream: `cat("expected ", 3, ", got ", n)`.
template <class... Parts>
std::string cat(const Parts&... parts) {
    std::ostringstream out;
    (out << ... << parts);
    return std::move(out).str();
}

/// `1234567` as `1,234,567`.
std::string withThousands(std::int64_t number);

/// The shortest decimal text that reads back as the same number; `.` whatever the locale.
std::string shortest(double number);
std::string shortest(float number);

/// The whole text as a decimal number, `.` whatever the locale; nothing where it is none or is not finite.
std::optional<double> parseNumber(std::string_view text);

/// The text if it is valid UTF-8, else each byte read as a character of Latin-1.
std::string asUtf8(std::string_view text);

/// The parts with `separator` between them.
std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// `MaxPooling2D` as `max_pooling2d`: the rule by which Keras derives a layer's default name from its class.
std::string snakeCase(std::string_view className);

/// Lower case of ASCII letters; other bytes stay.
std::string lowered(std::string_view text);

} // namespace weft
