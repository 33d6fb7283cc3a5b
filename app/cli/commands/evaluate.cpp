// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"
#include "app/cli/opened_data.h"
#include "app/cli/opened_model.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace weft::commands {

namespace {

DataPart partNamed(const std::string& name) {
    if (name == "test") {
        return DataPart::test;
    }
    if (name == "train") {
        return DataPart::train;
    }
    if (name == "validation") {
        return DataPart::validation;
    }
    throw cli::UsageError(cat("--split takes test, train or validation, not \"", name, "\"."));
}

int run(const cli::Arguments& arguments) {
    const std::string split = arguments.text("--split", "test");
    const DataPart part = partNamed(split);
    cli::OpenedModel opened = cli::openModel(arguments);
    DataSpec& spec = opened.file.project.data;
    cli::useFittedSteps(opened);
    cli::rebind(spec, arguments, opened.path);
    const auto model = cli::prepare(opened);
    const TrainingConfig config = proposeTraining(*model, opened.training(), spec);
    if (const auto why = obstacles(*model, config, spec); !why.empty()) {
        throw Error(why.front());
    }
    const auto data = cli::loadData(spec, opened.path, part == DataPart::test ? DataWanted::test : DataWanted::all);
    const Logs logs = evaluate(*model, config, *data, part, opened.file.trained.weights, arguments.threads());
    if (arguments.json()) {
        cli::printJson({{"model", model->name()}, {"split", split}, {"metrics", logs}});
    } else {
        for (const auto& [name, value] : logs) {
            std::cout << name << ": " << shortest(static_cast<float>(value)) << "\n";
        }
    }
    return 0;
}

} // namespace

cli::Command evaluate() {
    return {"evaluate",
            "MODEL",
            "Losses and metrics of a model on its data.",
            "MODEL is a project or an exported model folder. What the data's steps found when the model was trained is used as it is; test rows\n"
            "in files of their own need no others.",
            {{"--split", "test|train|validation", "Which rows (default: test)."},
             {"--data", "NAME=FILE", "This file in place of the source NAME, this time.", true},
             {"--model", "NAME", "Which model, where there are several."}},
            run};
}

} // namespace weft::commands
