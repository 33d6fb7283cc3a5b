// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "app/cli/console.h"
#include "engine/io/project_file.h"
#include "engine/model/analysis.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace weft::commands {

namespace {

const char* nameOf(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

int run(const cli::Arguments& arguments) {
    const Project project = loadProject(arguments.operandPath()).project;
    nlohmann::json json = nlohmann::json::array();
    int status = 0;
    for (const Diagnostic& d : diagnose(project.graphs, project.root)) {
        status = d.severity == Severity::error ? 1 : status;
        if (arguments.json()) {
            json.push_back(
                {{"severity", nameOf(d.severity)}, {"code", d.code}, {"place", d.place}, {"message", d.message}, {"causes", d.causes}});
            continue;
        }
        std::cout << nameOf(d.severity) << ": " << d.place << ": " << d.message << "\n";
        for (const std::string& cause : d.causes) {
            std::cout << "    " << cause << "\n";
        }
    }
    if (arguments.json()) {
        cli::printJson(json);
    }
    return status;
}

} // namespace

cli::Command check() {
    return {
        "check", "P.weft", "Prints every problem of the drawing as `severity: place: message`.", "The exit status is 1 if one is an error.",
        {},      run};
}

} // namespace weft::commands
