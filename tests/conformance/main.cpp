// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "tests/conformance/case.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>

namespace {

using namespace weft;
using namespace weft::conformance;
namespace fs = std::filesystem;

const std::map<std::string, std::function<void(Case&)>>& kinds() {
    static const std::map<std::string, std::function<void(Case&)>> all = {
        {"forward", runForward},
        {"train", runTrain},
        {"loss", runLoss},
        {"metric", runMetric},
        {"optimizer", runOptimizer},
        {"schedule", runSchedule},
        {"regularizer", runRegularizer},
        {"constraint", runConstraint},
    };
    return all;
}

/// The case folders in the folders that a list names, by name.
std::vector<fs::path> casesIn(const std::string& list) {
    std::vector<fs::path> out;
    std::size_t begin = 0;
    while (begin <= list.size()) {
        const std::size_t end = std::min(list.find(':', begin), list.size());
        fs::path folder = list.substr(begin, end - begin);
        begin = end + 1;
        if (folder.empty()) {
            continue;
        }
        if (fs::is_directory(folder / "cases")) {
            folder /= "cases";
        }
        if (!fs::is_directory(folder)) {
            throw Error(cat("There is no folder ", folder.string(), " with cases."));
        }
        std::vector<fs::path> here;
        for (const auto& entry : fs::directory_iterator(folder)) {
            if (fs::exists(entry.path() / "case.json")) {
                here.push_back(entry.path());
            }
        }
        std::sort(here.begin(), here.end());
        out.insert(out.end(), here.begin(), here.end());
    }
    return out;
}

struct Totals {
    int passed = 0, failed = 0, skipped = 0;
    std::map<std::string, std::vector<std::string>> missing; ///< what is not in a catalogue, and the cases that want it
};

void run(const fs::path& folder, bool verbose, Totals& totals) {
    std::vector<std::string> failures;
    try {
        Case c(folder);
        const auto kind = c.json().at("kind").get<std::string>();
        const auto runner = kinds().find(kind);
        if (runner == kinds().end()) {
            throw Error(cat("The runner does not know cases of the kind \"", kind, "\"."));
        }
        runner->second(c);
        failures = c.failures();
    } catch (const UnknownType& unknown) {
        ++totals.skipped;
        totals.missing[unknown.name()].push_back(folder.filename().string());
        std::cout << "skip " << folder.filename().string() << ": " << unknown.name() << "\n";
        return;
    } catch (const std::exception& e) {
        failures = {e.what()};
    }
    ++(failures.empty() ? totals.passed : totals.failed);
    if (!failures.empty() || verbose) {
        std::cout << (failures.empty() ? "pass " : "FAIL ") << folder.filename().string() << "\n";
    }
    for (const std::string& failure : failures) {
        std::cout << "     " << failure << "\n";
    }
}

} // namespace

/// Runs the cases of the folders in WEFT_CONFORMANCE. Arguments: part of a case's name; `--list-skips`; `--verbose`.
int main(int argc, char** argv) {
    std::string filter;
    bool listSkips = false;
    bool verbose = false;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--list-skips") {
            listSkips = true;
        } else if (argument == "--verbose") {
            verbose = true;
        } else {
            filter = argument;
        }
    }
    Totals totals;
    try {
        const char* list = std::getenv("WEFT_CONFORMANCE");
        if (!list || !*list) {
            throw Error("WEFT_CONFORMANCE must name the folders of cases, separated by \":\".");
        }
        for (const fs::path& folder : casesIn(list)) {
            if (folder.filename().string().find(filter) != std::string::npos) {
                run(folder, verbose, totals);
            }
        }
    } catch (const std::exception& e) {
        std::cerr << "weft-conformance: error: " << e.what() << "\n";
        return 1;
    }
    if (listSkips) {
        for (const auto& [name, cases] : totals.missing) {
            std::cout << name << ": " << cases.size() << " (" << join(cases, ", ") << ")\n";
        }
    }
    std::cout << totals.passed << " passed, " << totals.failed << " failed, " << totals.skipped << " skipped\n";
    return totals.failed == 0 && totals.passed > 0 ? 0 : 1;
}
