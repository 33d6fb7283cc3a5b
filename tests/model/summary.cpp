// SPDX-License-Identifier: Apache-2.0
#include "engine/model/summary.h"

#include "engine/base/text.h"
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

std::string withoutBlanks(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c != ' ') {
            out += c;
        }
    }
    return out;
}

/// Pieces between bars, without blanks.
std::vector<std::string> cellsOf(const std::string& line) {
    const std::string bar = "│";
    std::vector<std::string> cells;
    for (std::size_t at = bar.size(); at <= line.size();) {
        const std::size_t end = std::min(line.find(bar, at), line.size());
        cells.push_back(withoutBlanks(line.substr(at, end - at)));
        at = end + bar.size();
    }
    return cells;
}

/// One row of Keras' text: cells whose lines are joined, and the beginnings of its connections.
struct KerasRow {
    std::vector<std::string> cells;
    std::vector<std::string> connections;
};

/// What Keras' text shows: it was printed 100 columns wide and cut by a terminal of 80.
struct KerasText {
    std::string title;
    std::vector<KerasRow> rows;
    std::vector<std::string> totals;
    std::size_t wholeCells = 0; ///< columns that are not cut, of three
    bool hasConnections = false;

    explicit KerasText(const std::string& text) {
        bool isRow = false;
        for (const std::string& line : linesOf(text)) {
            if (line.rfind("Model:", 0) == 0) {
                title = line;
            } else if (line.rfind("┡", 0) == 0 || line.rfind("├", 0) == 0) {
                isRow = true;
                rows.emplace_back();
            } else if (line.rfind("┃", 0) == 0) {
                const auto bars = std::count_if(line.begin(), line.end(), [](char c) { return c == '\xE2'; });
                wholeCells = std::min<std::size_t>(3, static_cast<std::size_t>(bars) - 1);
                hasConnections = wholeCells == 3 && line.find("Conne") != std::string::npos;
            } else if (line.rfind("│", 0) == 0 && isRow) {
                add(rows.back(), cellsOf(line));
            } else if (line.rfind(" ", 0) == 0) {
                totals.push_back(line);
            }
        }
    }

private:
    void add(KerasRow& row, const std::vector<std::string>& cells) const {
        row.cells.resize(wholeCells);
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i < wholeCells) {
                row.cells[i] += cells[i];
            } else if (hasConnections && !cells[i].empty()) {
                row.connections.push_back(cells[i]);
            }
        }
    }
};

fs::path sharedCases() { return fs::path(WEFT_TESTS_DIR) / "../../shared/conformance/cases"; }
fs::path carriedCases() { return fs::path(WEFT_TESTS_DIR) / "conformance/cases"; }

std::vector<std::string> cellsOf(const SummaryTable::Row& row) {
    const std::string name = (row.level > 0 ? "└" : "") + row.name + "(" + row.type + ")";
    return {name, withoutBlanks(row.outputShape), withThousands(row.parameters)};
}

/// Every piece that is seen begins the next connection, or one of those after it that stand in its line.
bool connectionsFit(const SummaryTable::Row& row, const KerasRow& expected) {
    if (row.connectedTo.empty()) {
        return expected.connections == std::vector<std::string>{"-"};
    }
    std::size_t at = 0;
    for (const std::string& piece : expected.connections) {
        while (at < row.connectedTo.size() && (row.connectedTo[at] + ",").rfind(piece, 0) != 0) {
            ++at;
        }
        if (at++ == row.connectedTo.size()) {
            return false;
        }
    }
    return !expected.connections.empty() && row.connectedTo.front().rfind(expected.connections.front(), 0) == 0;
}

/// True where every row, shape, count and total of Keras' text is ours.
bool isKeras(const SummaryTable& table, const std::string& text, const KerasText& expected) {
    bool same = expected.title == "Model: \"" + table.model + "\"" && expected.rows.size() == table.rows.size() && expected.totals.size() == 3 &&
                expected.wholeCells >= 2 && expected.hasConnections == !table.isChain;
    for (std::size_t i = 0; i < expected.rows.size() && same; ++i) {
        std::vector<std::string> ours = cellsOf(table.rows[i]);
        ours.resize(expected.wholeCells);
        same = ours == expected.rows[i].cells && (!expected.hasConnections || connectionsFit(table.rows[i], expected.rows[i]));
        if (!same) {
            std::cerr << "    row " << i + 1 << ": " << ours[0] << " is not " << expected.rows[i].cells[0] << ", or not what stands beside it\n";
        }
    }
    const std::vector<std::string> lines = linesOf(text);
    return same && std::all_of(expected.totals.begin(), expected.totals.end(), [&](const std::string& total) {
               return std::find(lines.begin(), lines.end(), total) != lines.end();
           });
}

} // namespace

TEST("summaries are Keras' own: rows, shapes, counts, connections, totals") {
    int compared = 0;
    std::vector<std::string> unknown;
    for (const fs::path& folder : {carriedCases(), sharedCases()}) {
        if (!fs::is_directory(folder)) {
            std::cerr << "    " << folder.string() << " is absent\n";
            continue;
        }
        for (const auto& entry : fs::directory_iterator(folder)) {
            if (!fs::exists(entry.path() / "summary.txt")) {
                continue;
            }
            const std::string name = entry.path().filename().string();
            try {
                const ReadModel read = readArchitecture(nlohmann::json::parse(contentsOf(entry.path() / "model.json")), "model.json");
                const SummaryTable table = summaryTable(read.graphs, read.root, read.model, true);
                const std::string text = summaryText(table);
                if (!CHECK(isKeras(table, text, KerasText(contentsOf(entry.path() / "summary.txt"))))) {
                    std::cerr << "    " << name << "\n" << text;
                }
                ++compared;
            } catch (const UnknownType& e) {
                unknown.push_back(name + " (" + e.name() + ")");
            }
        }
    }
    std::cerr << "    " << compared << " compared; not in the catalogue: " << join(unknown, ", ") << "\n";
    CHECK(compared > 20);
}

TEST("a summary as wide as Keras' stands where Keras' stands") {
    // No name in it is so long that Keras would break it.
    const fs::path folder = carriedCases() / "model_two_heads_one_unsupervised";
    const ReadModel read = readArchitecture(nlohmann::json::parse(contentsOf(folder / "model.json")), "model.json");
    const std::vector<std::string> ours = linesOf(summaryText(read.graphs, read.root, read.model, true, 100));
    const std::vector<std::string> keras = linesOf(contentsOf(folder / "summary.txt"));
    for (std::size_t i = 0; i < ours.size(); ++i) {
        REQUIRE(i < keras.size());
        CHECK(ours[i].rfind(keras[i], 0) == 0);
    }
}

TEST("sizes of memory are written as Keras writes them") {
    CHECK_EQUAL(memoryText(0), "0.00 B");
    CHECK_EQUAL(memoryText(80), "80.00 B");
    CHECK_EQUAL(memoryText(55050 * 4), "215.04 KB");
    CHECK_EQUAL(memoryText(8369 * 4), "32.69 KB");
    CHECK_EQUAL(memoryText(std::int64_t{3} << 20), "3.00 MB");
}
