// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"

#include <array>
#include <cctype>
#include <charconv>

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
