// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"
#include "app/cli/opened_data.h"
#include "app/cli/opened_model.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/io/export_format.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace weft::commands {

namespace {

const ExportFormat& formatNamed(const std::string& name) {
    if (const ExportFormat* format = findExportFormat(name)) {
        return *format;
    }
    std::vector<std::string> names;
    for (const ExportFormat& format : exportFormats()) {
        names.push_back(format.name);
    }
    throw cli::UsageError(cat("--format takes ", join(names, " or "), ", not \"", name, "\"."));
}

/// The project's data where they can be had; an export without them is poorer but possible.
std::shared_ptr<const Dataset> dataIfThere(const cli::OpenedModel& opened) {
    if (opened.file.project.data.columns.empty()) {
        return nullptr;
    }
    try {
        return cli::loadData(opened.file.project.data, opened.path);
    } catch (const Error& e) {
        cli::note(cat("note: exported without the project's data: ", e.what()));
        return nullptr;
    }
}

int run(const cli::Arguments& arguments) {
    const ExportFormat& format = formatNamed(arguments.text("--format"));
    cli::OpenedModel opened = cli::openModel(arguments);
    cli::useFittedSteps(opened);
    cli::rebind(opened.file.project.data, arguments, opened.path);
    cli::prepare(opened);
    const std::filesystem::path path = arguments.path("-o");
    const auto data = dataIfThere(opened);
    format.write(opened.file, opened.id, path, data.get());
    nlohmann::json json = {
        {"file", pathText(path)}, {"format", format.name}, {"model", opened.def().name}, {"largest_difference", nullptr}};
    std::string said = cat(pathText(path), ": ", opened.def().name, " as ", format.title);
    if (format.verify) {
        const double difference = format.verify(path);
        json["largest_difference"] = difference;
        said += cat("\nLoaded again, largest difference: ", shortest(difference));
    }
    if (arguments.json()) {
        cli::printJson(json);
    } else {
        std::cout << said << "\n";
    }
    return 0;
}

} // namespace

cli::Command export_model() {
    std::string help =
        "Loads what it wrote as its user will, and prints the largest difference from the project's own predictions.\n\nFormats:";
    for (const ExportFormat& format : exportFormats()) {
        help += cat("\n  ", format.name, ": ", format.help);
    }
    return {"export",
            "P.weft",
            "Writes a trained model for use outside Weft.",
            help,
            {{"--format", "FORMAT", "What to write.", false, true},
             {"-o", "PATH", "Where to.", false, true},
             {"--data", "NAME=FILE", "This file in place of the source NAME, this time.", true},
             {"--model", "NAME", "Which model, where there are several."}},
            run};
}

} // namespace weft::commands
