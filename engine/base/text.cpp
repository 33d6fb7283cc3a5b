// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#ifndef __cpp_lib_to_chars
#include <locale>
#endif

namespace weft {

std::string withThousands(std::int64_t number) {
    std::string digits = std::to_string(number);
    const std::size_t start = number < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > start + 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

namespace {
template <class Number>
std::string shortestOf(Number number) {
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    return {buffer.data(), end};
}
} // namespace

std::string shortest(double number) { return shortestOf(number); }
std::string shortest(float number) { return shortestOf(number); }

std::optional<double> parseNumber(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) {
            return std::nullopt;
        }
    }
    double number = 0;
#ifdef __cpp_lib_to_chars
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end != text.data() + text.size() || error == std::errc::invalid_argument) {
        return std::nullopt;
    }
    if (error == std::errc::result_out_of_range) {
        // Too small is as good as 0, too large is no number.
        return text.find("e-") != text.npos || text.find("E-") != text.npos ? std::optional(0.0) : std::nullopt;
    }
#else
    std::istringstream in{std::string(text)};
    in.imbue(std::locale::classic());
    if (!(in >> std::noskipws >> number) || in.peek() != std::char_traits<char>::eof()) {
        return std::nullopt;
    }
#endif
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

namespace {

/// The length of the UTF-8 character at the front (RFC 3629, table of section 4); 0 where there is none.
std::size_t utf8Length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto within = [](unsigned value, unsigned low, unsigned high) { return value >= low && value <= high; };
    const auto tail = [&](std::size_t i) { return within(byte(i), 0x80, 0xBF); };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return text.empty() ? 0 : 1;
    }
    if (within(first, 0xC2, 0xDF)) {
        return tail(1) ? 2 : 0;
    }
    if (within(first, 0xE0, 0xEF)) {
        const bool second = within(byte(1), first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
        return second && tail(2) ? 3 : 0;
    }
    if (within(first, 0xF0, 0xF4)) {
        const bool second = within(byte(1), first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
        return second && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

bool isUtf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8Length(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

} // namespace

std::string asUtf8(std::string_view text) {
    if (isUtf8(text)) {
        return std::string(text);
    }
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            out += c;
        } else {
            out += static_cast<char>(0xC0 | byte >> 6);
            out += static_cast<char>(0x80 | (byte & 0x3F));
        }
    }
    return out;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const std::string& part : parts) {
        if (&part != &parts.front()) {
            out += separator;
        }
        out += part;
    }
    return out;
}

std::string snakeCase(std::string_view className) {
    // Two rules, as in Keras' to_snake_case: a capital that begins a word after any character, then
    // a capital after a small letter or a digit.
    std::string out;
    const auto upper = [&](std::size_t i) { return i < className.size() && std::isupper(static_cast<unsigned char>(className[i])); };
    const auto lower = [&](std::size_t i) { return i < className.size() && std::islower(static_cast<unsigned char>(className[i])); };
    for (std::size_t i = 0; i < className.size(); ++i) {
        const bool startsWord = upper(i) && lower(i + 1);
        const bool afterSmall = i > 0 && upper(i) && lower(i - 1);
        if (i > 0 && (startsWord || afterSmall) && !out.empty() && out.back() != '_') {
            out += '_';
        }
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(className[i])));
    }
    return out;
}

std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return out;
}

} // namespace weft
