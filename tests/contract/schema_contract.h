// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/parameter.h"
#include "engine/schema/value_json.h"
#include "tests/support/check.h"

#include <nlohmann/json.hpp>

#include <set>
#include <string>

/// What holds for the parameters of every record, whatever its catalogue.
namespace weft::test {

/// A check that says of which record it speaks.
inline bool holds(bool passed, const std::string& who, const std::string& what, const char* file, int line) {
    return report(passed, file, line, passed ? std::string() : who + ": " + what);
}
#define HOLDS(condition, who, what) ::weft::test::holds(static_cast<bool>(condition), (who), (what), __FILE__, __LINE__)

inline bool isSentence(const std::string& text) {
    return text.size() > 10 && text.back() == '.' && !(text.front() >= 'a' && text.front() <= 'z' && text.find(' ') == std::string::npos);
}

inline void checkRoundTrip(const std::string& who, const ParamMap& params) {
    const std::string text = writeJson(toJson(params));
    HOLDS(paramsFromJson(parseJson(text, who), who) == params, who, "parameters change on the way through JSON: " + text);
}

/// Described, defaults valid, JSON round trip.
inline void checkSchema(const std::string& who, const Schema& schema) {
    HOLDS(validate(schema, {}).empty(), who, "no parameters at all are not valid");
    std::set<std::string> names;
    ParamMap defaults;
    for (const Parameter& p : schema) {
        const std::string what = who + "." + p.name;
        HOLDS(names.insert(p.name).second, what, "named twice");
        HOLDS(!p.label.empty() && p.label.front() >= 'A' && p.label.front() <= 'Z', what, "no label in sentence case");
        HOLDS(isSentence(p.help), what, "no help that is a sentence");
        const auto problem = validate(p, p.defaultValue);
        HOLDS(!problem, what, "its default is not valid: " + problem.value_or(""));
        HOLDS(p.kind != ParamKind::choice || !p.choices.empty(), what, "a choice of nothing");
        HOLDS(p.kind != ParamKind::object || !p.catalogue.empty(), what, "an object of no catalogue");
        HOLDS(p.appliesWhenName.empty() || findParameter(schema, p.appliesWhenName), what, "depends on a parameter that there is not");
        HOLDS(!describeLimits(p).empty(), what, "limits without words");
        defaults[p.name] = p.defaultValue;
    }
    HOLDS(validate(schema, defaults).empty(), who, "the defaults together are not valid");
    HOLDS(!validate(schema, {{"no such parameter", 1}}).empty(), who, "an unknown parameter is accepted");
    checkRoundTrip(who, defaults);
}

} // namespace weft::test
