// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "app/cli/console.h"
#include "engine/project/templates.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace weft::commands {

namespace {

int run(const cli::Arguments& arguments) {
    nlohmann::json json = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows;
    for (const Template& t : templates()) {
        json.push_back({{"name", t.name}, {"title", t.title}, {"description", t.description}});
        rows.push_back({t.name, t.description});
    }
    if (arguments.json()) {
        cli::printJson(json);
    } else {
        std::cout << cli::columns(rows);
    }
    return 0;
}

} // namespace

cli::Command list_templates() { return {"templates", "", "Lists the built-in templates.", "", {}, run}; }

} // namespace weft::commands
