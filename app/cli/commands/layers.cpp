// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "app/cli/console.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/layers/layer_type.h"
#include "engine/schema/value_json.h"

#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

namespace weft::commands {

namespace {

const char* nameOf(ParamKind kind) {
    switch (kind) {
    case ParamKind::integer: return "integer";
    case ParamKind::number: return "number";
    case ParamKind::boolean: return "boolean";
    case ParamKind::choice: return "choice";
    case ParamKind::text: return "text";
    case ParamKind::integers: return "integers";
    case ParamKind::numbers: return "numbers";
    case ParamKind::object: return "object";
    }
    return "";
}

nlohmann::json toJson(const Parameter& p) {
    nlohmann::json json = {{"name", p.name},
                           {"label", p.label},
                           {"help", p.help},
                           {"type", nameOf(p.kind)},
                           {"limits", describeLimits(p)},
                           {"optional", p.optional},
                           {"required", p.required},
                           {"advanced", p.advanced},
                           {"default", weft::toJson(p.defaultValue)}};
    if (std::isfinite(p.minimum)) {
        json["minimum"] = p.minimum;
        json["minimum_excluded"] = p.minimumExcluded;
    }
    if (std::isfinite(p.maximum)) {
        json["maximum"] = p.maximum;
        json["maximum_excluded"] = p.maximumExcluded;
    }
    if (p.length > 0) {
        json["length"] = p.length;
    }
    if (!p.choices.empty()) {
        json["choices"] = p.choices;
    }
    if (!p.catalogue.empty()) {
        json["catalogue"] = p.catalogue;
    }
    if (!p.appliesWhenName.empty()) {
        json["applies_when"] = {{"parameter", p.appliesWhenName}, {"value", weft::toJson(p.appliesWhenValue)}};
    }
    return json;
}

nlohmann::json toJson(const LayerType& type) {
    nlohmann::json parameters = nlohmann::json::array();
    for (const Parameter& p : type.schema) {
        parameters.push_back(toJson(p));
    }
    return {{"name", type.name},
            {"category", std::string(weft::nameOf(type.family))},
            {"help", type.help},
            {"formula", type.formula},
            {"synonyms", type.synonyms},
            {"inputs",
             {{"minimum", type.isInput ? 0 : type.inputs.minimum},
              {"maximum", type.isInput ? 0 : type.inputs.maximum},
              {"names", type.inputs.names}}},
            {"parameters", parameters}};
}

std::string inputsText(const LayerType& type) {
    if (type.isInput) {
        return "none";
    }
    const Ports& ports = type.inputs;
    std::string count = ports.maximum < 0                ? cat(ports.minimum, " or more")
                        : ports.minimum == ports.maximum ? cat(ports.minimum)
                                                         : cat(ports.minimum, " to ", ports.maximum);
    return ports.names.empty() ? count : cat(count, " (", join(ports.names, ", "), ")");
}

/// One layer's manual page.
std::string page(const LayerType& type) {
    std::string out = cat(type.name, " (", weft::nameOf(type.family), ")\n\n", type.help, "\n");
    if (!type.formula.empty()) {
        out += cat("\n  ", type.formula, "\n");
    }
    out += cat("\nInputs: ", inputsText(type), "\n");
    if (!type.synonyms.empty()) {
        out += cat("Also known as: ", join(type.synonyms, ", "), "\n");
    }
    out += type.schema.empty() ? "\nNo parameters.\n" : "\nParameters:\n";
    for (const Parameter& p : type.schema) {
        out += cat("  ", p.name, "\n      ", p.help, "\n      ", describeLimits(p), "; default ", p.defaultValue.text());
        if (!p.appliesWhenName.empty()) {
            out += cat("; only where ", p.appliesWhenName, " is ", p.appliesWhenValue.text());
        }
        out += "\n";
    }
    return out;
}

int run(const cli::Arguments& arguments) {
    if (!arguments.operand().empty()) {
        const LayerType* type = findLayerType(arguments.operand());
        if (!type) {
            throw Error(cat("There is no layer \"", arguments.operand(), "\"; `weft layers` lists them."));
        }
        if (arguments.json()) {
            cli::printJson(toJson(*type));
        } else {
            std::cout << page(*type);
        }
        return 0;
    }
    nlohmann::json json = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows;
    for (const LayerType& type : layerTypes()) {
        json.push_back(toJson(type));
        rows.push_back({type.name, std::string(weft::nameOf(type.family)), type.help});
    }
    if (arguments.json()) {
        cli::printJson(json);
    } else {
        std::cout << cli::columns(rows);
    }
    return 0;
}

} // namespace

cli::Command layers() { return {"layers", "[NAME]", "The layer catalogue, or one layer's manual page.", "", {}, run}; }

} // namespace weft::commands
