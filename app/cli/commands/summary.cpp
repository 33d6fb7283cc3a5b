// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/summary.h"
#include "app/cli/console.h"
#include "app/cli/opened_model.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace weft::commands {

namespace {

nlohmann::json summaryJson(const SummaryTable& table) {
    nlohmann::json layers = nlohmann::json::array();
    for (const SummaryTable::Row& row : table.rows) {
        layers.push_back({{"name", row.name},
                          {"type", row.type},
                          {"level", row.level},
                          {"output_shape", row.outputShape},
                          {"parameters", row.parameters},
                          {"connected_to", row.connectedTo}});
    }
    return {{"model", table.model},
            {"layers", layers},
            {"total_parameters", table.parameters},
            {"trainable_parameters", table.trainableParameters},
            {"non_trainable_parameters", table.parameters - table.trainableParameters}};
}

int run(const cli::Arguments& arguments) {
    const cli::OpenedModel opened = cli::openModel(arguments);
    const Project& project = opened.file.project;
    if (arguments.json()) {
        cli::printJson(summaryJson(summaryTable(project.graphs, project.root, opened.id, arguments.has("--nested"))));
    } else {
        std::cout << summaryText(project.graphs, project.root, opened.id, arguments.has("--nested"));
    }
    return 0;
}

} // namespace

cli::Command summary() {
    return {"summary",
            "MODEL",
            "Keras' summary table.",
            "",
            {{"--model", "NAME", "Which model, where there are several."}, {"--nested", "", "Also the layers of models that are layers."}},
            run};
}

} // namespace weft::commands
