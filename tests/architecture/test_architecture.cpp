// SPDX-License-Identifier: Apache-2.0
#include "tests/support/check.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path root = WEFT_SOURCE_DIR;

/// What a folder may include besides itself: folders, or single headers. Whatever is not here is not permitted.
const std::map<std::string, std::set<std::string>>& arrows() {
    static const std::map<std::string, std::set<std::string>> table = [] {
        std::map<std::string, std::set<std::string>> t;
        const auto allow = [&](const std::string& folder, std::set<std::string> to, const std::vector<std::string>& andAllOf = {}) {
            for (const std::string& other : andAllOf) {
                to.insert(other);
                to.insert(t.at(other).begin(), t.at(other).end());
            }
            t[folder] = std::move(to);
        };
        allow("engine/base", {});
        allow("engine/tensor", {}, {"engine/base"});
        allow("engine/schema", {}, {"engine/base"});
        allow("engine/kernels", {}, {"engine/tensor", "engine/schema"});
        allow("engine/initializers", {}, {"engine/kernels"});
        allow("engine/regularizers", {}, {"engine/kernels"});
        allow("engine/constraints", {}, {"engine/kernels"});
        allow("engine/layers", {}, {"engine/kernels", "engine/initializers", "engine/regularizers", "engine/constraints"});
        allow("engine/losses", {}, {"engine/layers"});
        allow("engine/metrics", {}, {"engine/losses"}); // a loss makes a metric, as in Keras
        allow("engine/optimizers", {}, {"engine/layers"});
        allow("engine/schedules", {}, {"engine/layers"});
        allow("engine/graph", {}, {"engine/schema"});
        allow("engine/model", {}, {"engine/graph", "engine/layers"});
        allow("engine/runtime", {}, {"engine/model"});
        allow("engine/data", {}, {"engine/tensor", "engine/schema"});
        allow("engine/training", {},
              {"engine/runtime", "engine/data", "engine/losses", "engine/metrics", "engine/optimizers", "engine/schedules"});
        allow("engine/project", {"engine/training/training_config.h", "engine/model/weights.h", "engine/layers/layer_type.h"},
              {"engine/graph", "engine/data"});
        allow("engine/io", {"engine/training/training_config.h"}, {"engine/project", "engine/runtime"});
        const std::set<std::string> engine = {"engine"};
        allow("ui/theme", engine);
        allow("ui/widgets", engine, {"ui/theme"});
        allow("ui/document", engine, {"ui/widgets"});
        allow("ui/canvas", {}, {"ui/document"});
        allow("ui/inspector", {}, {"ui/document"});
        allow("ui/panels", {}, {"ui/document"});
        allow("ui/main_window", {}, {"ui/canvas", "ui/inspector", "ui/panels"});
        allow("app/cli", engine);
        allow("app/studio", {"ui", "engine"});
        return t;
    }();
    return table;
}

struct Source {
    std::string path; ///< from the root, with `/`
    std::vector<std::string> lines;
};

std::vector<Source> sourcesIn(const std::string& folder) {
    std::vector<Source> out;
    if (!fs::exists(root / folder)) {
        return out;
    }
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
        const std::string ending = entry.path().extension().string();
        if (ending != ".h" && ending != ".cpp") {
            continue;
        }
        Source source{entry.path().lexically_relative(root).generic_string(), {}};
        std::ifstream in(entry.path());
        for (std::string line; std::getline(in, line);) {
            source.lines.push_back(line);
        }
        out.push_back(std::move(source));
    }
    return out;
}

/// `engine/data` of `engine/data/steps/scale.cpp`.
std::string folderOf(const std::string& path) {
    const std::size_t first = path.find('/');
    const std::size_t second = first == std::string::npos ? first : path.find('/', first + 1);
    return path.substr(0, second);
}

/// What stands between the quotes or angles of an #include; empty for another line.
std::string included(const std::string& line, char open, char close) {
    std::size_t at = line.find_first_not_of(" \t");
    if (at == std::string::npos || line[at] != '#') {
        return {};
    }
    at = line.find_first_not_of(" \t", at + 1);
    if (at == std::string::npos || line.compare(at, 7, "include") != 0) {
        return {};
    }
    const std::size_t begin = line.find(open, at);
    const std::size_t end = begin == std::string::npos ? begin : line.find(close, begin + 1);
    return end == std::string::npos ? std::string() : line.substr(begin + 1, end - begin - 1);
}

bool permitted(const std::string& from, const std::string& header) {
    const std::string to = folderOf(header);
    if (from == to) {
        return true;
    }
    const auto found = arrows().find(from);
    if (found == arrows().end()) {
        return false;
    }
    return found->second.contains(to) || found->second.contains(header) || found->second.contains(header.substr(0, header.find('/')));
}

std::string firstName(const std::string& path) { return path.substr(0, path.find('/')); }

void fail(const std::string& sentence) { weft::test::report(false, "architecture", 0, sentence); }

} // namespace

TEST("every include follows a permitted arrow") {
    for (const char* top : {"engine", "ui", "app"}) {
        for (const Source& source : sourcesIn(top)) {
            const std::string from = folderOf(source.path);
            CHECK(arrows().contains(from) || (fail(source.path + " lies in a folder that the table of arrows does not know"), false));
            for (const std::string& line : source.lines) {
                const std::string header = included(line, '"', '"');
                if (header.empty() || header.ends_with(".moc")) {
                    continue;
                }
                if (!header.starts_with("engine/") && !header.starts_with("ui/") && !header.starts_with("app/")) {
                    fail(source.path + " includes \"" + header + "\", which is not root-relative");
                } else if (!CHECK(permitted(from, header))) {
                    fail(source.path + " must not include " + header);
                }
            }
        }
    }
}

TEST("the table of arrows tells a forbidden include from a permitted one") {
    CHECK(permitted("engine/layers", "engine/kernels/kernels.h"));
    CHECK(!permitted("engine/kernels", "engine/layers/layer_type.h"));
    CHECK(!permitted("engine/runtime", "engine/training/train.h"));
    CHECK(permitted("engine/project", "engine/training/training_config.h"));
    CHECK(!permitted("engine/project", "engine/training/train.h"));
    CHECK(!permitted("ui/canvas", "ui/panels/panel.h"));
    CHECK(!permitted("app/cli", "ui/theme/theme.h"));
    CHECK(!permitted("engine/new_folder", "engine/base/error.h"));
    CHECK(included("#include \"engine/base/id.h\"", '"', '"') == "engine/base/id.h");
    CHECK(included("  #  include <vector>", '<', '>') == "vector");
    CHECK(included("int x; // #include \"a\"", '"', '"').empty());
}

TEST("the engine and the command line know no Qt") {
    for (const char* top : {"engine", "app/cli"}) {
        for (const Source& source : sourcesIn(top)) {
            for (const std::string& line : source.lines) {
                const std::string header = included(line, '<', '>');
                const bool isQt = header.size() > 1 && header[0] == 'Q' && header[1] >= 'A' && header[1] <= 'Z';
                if (!CHECK(!isQt && !header.starts_with("qt") && !header.starts_with("qcustomplot"))) {
                    fail(source.path + " includes <" + header + ">");
                }
            }
        }
    }
}

TEST("public headers hold neither Eigen nor the whole of JSON") {
    for (const char* top : {"engine", "ui"}) {
        for (const Source& source : sourcesIn(top)) {
            // The parts of the kernels' translation units are headers in name only.
            if (!source.path.ends_with(".h") || source.path.starts_with("engine/kernels/variant/")) {
                continue;
            }
            for (const std::string& line : source.lines) {
                const std::string header = included(line, '<', '>');
                if (!CHECK(firstName(header) != "Eigen" && header != "nlohmann/json.hpp")) {
                    fail(source.path + " includes <" + header + ">");
                }
            }
        }
    }
}

TEST("every source begins with the licence of its folder, every header with #pragma once") {
    const std::map<std::string, std::string> licences = {
        {"engine", "Apache-2.0"}, {"tests", "Apache-2.0"}, {"ui", "GPL-3.0-or-later"}, {"app", "GPL-3.0-or-later"}};
    for (const auto& [top, licence] : licences) {
        for (const Source& source : sourcesIn(top)) {
            const std::string expected = "// SPDX-License-Identifier: " + licence;
            if (!CHECK(!source.lines.empty() && source.lines[0] == expected)) {
                fail(source.path + " does not begin with " + expected);
            }
            if (source.path.ends_with(".h") && !source.path.starts_with("engine/kernels/variant/") &&
                !CHECK(std::find(source.lines.begin(), source.lines.end(), "#pragma once") != source.lines.end())) {
                fail(source.path + " lacks #pragma once");
            }
        }
    }
}
