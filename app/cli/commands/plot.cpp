// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/io/plot/plot.h"
#include "app/cli/console.h"
#include "app/cli/opened_model.h"
#include "engine/base/file.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace weft::commands {

namespace {

int run(const cli::Arguments& arguments) {
    const cli::OpenedModel opened = cli::openModel(arguments);
    const std::filesystem::path path = arguments.path("-o");
    plotModel(opened.file.project.graphs, opened.file.project.root, opened.id, {arguments.has("--shapes"), arguments.has("--nested")},
              path);
    if (arguments.json()) {
        cli::printJson({{"file", pathText(path)}, {"model", opened.def().name}});
    } else {
        std::cout << pathText(path) << "\n";
    }
    return 0;
}

} // namespace

cli::Command plot() {
    return {"plot",
            "MODEL",
            "Draws a model as Keras' plot_model does.",
            "",
            {{"-o", "F.{svg,png,pdf,dot}", "Write the drawing here.", false, true},
             {"--shapes", "", "Shapes of inputs and outputs in every box."},
             {"--nested", "", "Open models that are layers."},
             {"--model", "NAME", "Which model, where there are several."}},
            run};
}

} // namespace weft::commands
