// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"
#include "app/cli/opened_data.h"
#include "engine/base/text.h"
#include "engine/io/project_file.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace weft::commands {

namespace {

int run(const cli::Arguments& arguments) {
    DataSpec spec = loadProject(arguments.operandPath()).project.data;
    cli::rebind(spec, arguments, arguments.operandPath());
    nlohmann::json json = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows;
    for (const DataSource& source : spec.sources) {
        nlohmann::json entry = {{"name", source.name}, {"format", source.format}, {"file", source.path}};
        std::string contents;
        try {
            const SourceContents read = readSource(source, cli::dataPlaces(spec, arguments.operandPath()));
            entry["rows"] = read.values.shape()[0];
            entry["shape"] = read.values.shape().dims();
            entry["dtype"] = std::string(nameOf(read.values.dtype()));
            entry["fields"] = read.fields;
            contents = cat(withThousands(read.values.shape()[0]), " rows");
        } catch (const std::exception& e) {
            entry["problem"] = e.what();
            contents = e.what();
        }
        json.push_back(std::move(entry));
        rows.push_back({source.name, source.format, source.path, contents});
    }
    if (arguments.json()) {
        cli::printJson(json);
    } else {
        std::cout << cli::columns(rows);
    }
    return 0;
}

} // namespace

cli::Command data() {
    return {"data",
            "P.weft",
            "Lists the data sources of a project: name, format, file, rows.",
            "A file that cannot be read is no failure of this command: its line says what is wrong.",
            {{"--data", "NAME=FILE", "Look at this file in place of the source NAME.", true}},
            run};
}

} // namespace weft::commands
