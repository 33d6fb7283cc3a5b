// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "app/cli/console.h"
#include "engine/base/text.h"
#include "engine/io/project_file.h"
#include "engine/model/analysis.h"
#include "engine/training/train.h"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

namespace weft::commands {

namespace {

const char* nameOf(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

/// What stands in the way of training the models that are set up for it, once their drawing is sound.
void addTraining(const Project& project, std::vector<Diagnostic>& found) {
    for (const auto& [id, def] : project.rootGraph().models) {
        const auto config = project.training.find(id);
        if (config == project.training.end() || project.data.columns.empty()) {
            continue;
        }
        const auto model = Model::build(project.graphs, project.root, id);
        for (const std::string& sentence : obstacles(*model, proposeTraining(*model, config->second, project.data), project.data)) {
            Diagnostic d;
            d.severity = Severity::error;
            d.code = "training";
            d.place = cat("training of ", def.name);
            d.message = sentence;
            found.push_back(std::move(d));
        }
    }
}

int run(const cli::Arguments& arguments) {
    const Project project = loadProject(arguments.operandPath()).project;
    nlohmann::json json = nlohmann::json::array();
    int status = 0;
    std::vector<Diagnostic> found = diagnose(project.graphs, project.root);
    if (std::none_of(found.begin(), found.end(), [](const Diagnostic& d) { return d.severity == Severity::error; })) {
        addTraining(project, found);
    }
    for (const Diagnostic& d : found) {
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
        "check", "P.weft", "Prints every problem of drawing and training as `severity: place: message`.", "The exit status is 1 if one is an error.",
        {},      run};
}

} // namespace weft::commands
