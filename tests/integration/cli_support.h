// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/value_json.h"
#include "tests/support/check.h"
#include "tests/support/process.h"

#include <nlohmann/json.hpp>

/// Calling `weft` in a folder of the test's own.
namespace weft::test {

class Workplace {
public:
    explicit Workplace(const std::string& name) : m_folder(freshFolder(WEFT_WORK_DIR, name)) {}

    const std::filesystem::path& folder() const { return m_folder; }
    std::filesystem::path operator/(const std::string& file) const { return m_folder / file; }

    Ran weft(const std::string& arguments) const { return ran(quoted(WEFT_BIN) + " " + arguments, m_folder); }

    /// The same, and it must succeed.
    Ran done(const std::string& arguments) const {
        Ran result = weft(arguments);
        if (result.status != 0) {
            report(false, "weft", 0, arguments + ": status " + std::to_string(result.status) + ": " + result.err);
            throw Ended{};
        }
        return result;
    }

    nlohmann::json json(const std::string& arguments) const {
        return parseJson(done(arguments + " --json").out, "output of weft " + arguments);
    }

    /// Must fail with `status` and one whole sentence on standard error that holds all `parts`, and print nothing else.
    void refused(const std::string& arguments, int status, const std::vector<std::string>& parts) const {
        const Ran result = weft(arguments);
        bool passed = CHECK_EQUAL(result.status, status);
        passed = CHECK(result.err.starts_with("weft: error: ")) && passed;
        passed = CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1) && passed;
        passed = CHECK(result.err.ends_with(".\n")) && passed;
        for (const std::string& part : parts) {
            passed = CHECK(result.err.find(part) != std::string::npos) && passed;
        }
        if (!passed) {
            report(false, "weft", 0, arguments + " said: " + result.out + result.err);
        }
    }

private:
    std::filesystem::path m_folder;
};

} // namespace weft::test
