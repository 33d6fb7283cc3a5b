// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::cli {

/// The command line is not one that the program understands: exit status 2.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What a command was called with, checked against its record.
class Arguments {
public:
    /// `words`: everything after the command's name. Throws UsageError.
    static Arguments parse(const Command& command, const std::vector<std::string>& words);

    /// The argument without a name; empty if it was left out.
    const std::string& operand() const { return m_operand; }
    std::filesystem::path operandPath() const { return m_operand; }
    bool has(std::string_view option) const { return m_values.contains(option); }
    std::string text(std::string_view option, std::string fallback = {}) const;
    std::filesystem::path path(std::string_view option) const { return text(option); }
    /// A whole number of at least `minimum`; nullopt if the option was not given. Throws UsageError.
    std::optional<std::int64_t> integer(std::string_view option, std::int64_t minimum) const;
    /// `NAME=FILE` values; a value without `=` has an empty name. Throws UsageError on a name given twice.
    std::vector<std::pair<std::string, std::string>> pairs(std::string_view option) const;

    bool json() const { return has("--json"); }
    int threads() const { return static_cast<int>(integer("--threads", 1).value_or(0)); }

private:
    std::string m_operand;
    std::map<std::string, std::vector<std::string>, std::less<>> m_values;
};

} // namespace weft::cli
