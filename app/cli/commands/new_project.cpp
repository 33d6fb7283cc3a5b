// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "app/cli/console.h"
#include "app/cli/opened_data.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/io/project_file.h"
#include "engine/project/templates.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace weft::commands {

namespace {

int run(const cli::Arguments& arguments) {
    ProjectFile file;
    file.project = openTemplate(arguments.operand());
    if (const auto seed = arguments.integer("--seed", 0)) {
        for (auto& [model, config] : file.project.training) {
            config.seed = static_cast<std::uint64_t>(*seed);
        }
    }
    const std::filesystem::path path = arguments.path("-o");
    cli::refresh(file.project.data, path);
    saveProject(path, file);
    if (arguments.json()) {
        cli::printJson({{"file", pathText(path)}, {"template", arguments.operand()}});
    } else {
        std::cout << pathText(path) << ": " << file.project.title << "\n";
    }
    return 0;
}

} // namespace

cli::Command new_project() {
    return {"new",
            "TEMPLATE",
            "Makes a project from a template, its bundled data set up.",
            "A file of that name that is there already stays beside the new one as NAME.bak.",
            {{"-o", "P.weft", "Write the project here.", false, true}},
            run};
}

} // namespace weft::commands
