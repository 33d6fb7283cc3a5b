// SPDX-License-Identifier: Apache-2.0
#include "engine/model/summary.h"

#include "engine/runtime/keras_architecture.h"
#include "tests/support/check.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace weft;
namespace fs = std::filesystem;

namespace {

std::string contentsOf(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines{""};
    for (const char c : text) {
        if (c == '\n') {
            lines.emplace_back();
        } else {
            lines.back() += c;
        }
    }
    return lines;
}

/// The first `count` code points.
std::string firstColumns(const std::string& text, int count) {
    std::size_t end = 0;
    while (end < text.size()) {
        const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
        if (begins && count-- == 0) {
            break;
        }
        ++end;
    }
    return text.substr(0, end);
}

bool isBorder(const std::string& line) { return line.rfind("├", 0) == 0; }

struct Compared {
    int exact = 0;   ///< lines that are the same
    int wrapped = 0; ///< 1 where a name that Keras breaks before its type stands in one line here
};

std::string withoutBlanks(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c != ' ') {
            out += c;
        }
    }
    return out;
}

/// First cells of the rows of a table, wrapped lines joined, without blanks.
std::vector<std::string> namesIn(const std::vector<std::string>& lines) {
    std::vector<std::string> names{""};
    for (const std::string& line : lines) {
        if (isBorder(line)) {
            names.emplace_back();
        } else if (line.rfind("│", 0) == 0) {
            const std::size_t bar = std::string("│").size();
            names.back() += withoutBlanks(line.substr(bar, line.find("│", bar) - bar));
        }
    }
    return names;
}

fs::path sharedCases() { return fs::path(WEFT_TESTS_DIR) / "../../shared/conformance/cases"; }
fs::path carriedCases() { return fs::path(WEFT_TESTS_DIR) / "conformance/cases"; }

bool architectureHasSequentialInside(const nlohmann::json& architecture) {
    const auto& layers = architecture.at("config").at("layers");
    return std::any_of(layers.begin(), layers.end(), [](const nlohmann::json& layer) {
        return layer.at("config").contains("layers") && !layer.at("config").contains("input_layers");
    });
}

Compared compare(const fs::path& folder, const std::string& name) {
    const nlohmann::json architecture = nlohmann::json::parse(contentsOf(folder / "model.json"));
    const ReadModel read = readArchitecture(architecture, "model.json");
    // The texts were printed at this width and cut by a terminal of 80 columns.
    std::vector<std::string> got = linesOf(summaryText(read.graphs, read.root, read.model, true, 100));
    const std::vector<std::string> expected = linesOf(contentsOf(folder / "summary.txt"));
    if (!architecture.at("config").contains("input_layers")) {
        REQUIRE(got.size() > 6 && isBorder(got[5])); // Keras does not list the input of a Sequential model
        got.erase(got.begin() + 4, got.begin() + 6);
    }
    Compared compared;
    bool same = true;
    for (std::size_t i = 0; i < got.size() && same; ++i) {
        same = i < expected.size() && firstColumns(got[i], 80) == expected[i];
        compared.exact += same ? 1 : 0;
    }
    if (!same) { // somewhere a name is wrapped: its pieces must be ours, and the totals
        compared.exact = 0;
        compared.wrapped = 1;
        std::vector<std::string> ours = namesIn(got);
        std::vector<std::string> theirs = namesIn(expected);
        if (architectureHasSequentialInside(architecture)) {
            // A nested Sequential model is a graph like any other here: it shows its input and calls itself Functional.
            std::erase_if(ours, [](const std::string& row) { return row.rfind("└", 0) == 0 && row.find("(InputLayer)") != std::string::npos; });
            for (std::string& row : theirs) {
                if (const auto at = row.find("(Sequential)"); at != std::string::npos) {
                    row.replace(at, 12, "(Functional)");
                }
            }
        }
        if (!CHECK(ours == theirs)) {
            std::cerr << "    " << name << "\n" << summaryText(read.graphs, read.root, read.model, true, 100);
        }
        for (const std::string& line : expected) {
            if (line.rfind(" ", 0) == 0) {
                CHECK(std::find(got.begin(), got.end(), line) != got.end());
            }
        }
    }
    return compared;
}

} // namespace

TEST("summaries are Keras' own texts as far as those go") {
    int exact = 0, wrapped = 0, unknown = 0;
    for (const fs::path& folder : {carriedCases(), sharedCases()}) {
        if (!fs::is_directory(folder)) {
            std::cerr << "    " << folder.string() << " is absent\n";
            continue;
        }
        for (const auto& entry : fs::directory_iterator(folder)) {
            if (!fs::exists(entry.path() / "summary.txt")) {
                continue;
            }
            try {
                const Compared compared = compare(entry.path(), entry.path().filename().string());
                exact += compared.exact > 0 ? 1 : 0;
                wrapped += compared.wrapped;
            } catch (const UnknownType&) {
                ++unknown;
            }
        }
    }
    std::cerr << "    " << exact << " the same, " << wrapped << " with wrapped names, " << unknown << " with unknown layers\n";
    CHECK(exact > 0);
}

TEST("sizes of memory are written as Keras writes them") {
    CHECK_EQUAL(memoryText(0), "0.00 B");
    CHECK_EQUAL(memoryText(80), "80.00 B");
    CHECK_EQUAL(memoryText(55050 * 4), "215.04 KB");
    CHECK_EQUAL(memoryText(8369 * 4), "32.69 KB");
    CHECK_EQUAL(memoryText(std::int64_t{3} << 20), "3.00 MB");
}
