// SPDX-License-Identifier: Apache-2.0
#include "engine/schema/parameter.h"

#include "engine/base/text.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace weft {
namespace {

bool inLimits(const Parameter& p, double number) {
    const bool aboveMinimum = p.minimumExcluded ? number > p.minimum : number >= p.minimum;
    const bool belowMaximum = p.maximumExcluded ? number < p.maximum : number <= p.maximum;
    return aboveMinimum && belowMaximum;
}

bool fits(const Parameter& p, const Value& value) {
    switch (p.kind) {
    case ParamKind::integer: return value.asInteger() && inLimits(p, static_cast<double>(*value.asInteger()));
    case ParamKind::number: return value.asNumber() && std::isfinite(*value.asNumber()) && inLimits(p, *value.asNumber());
    case ParamKind::boolean: return value.asBool() != nullptr;
    case ParamKind::choice: return value.asText() && std::find(p.choices.begin(), p.choices.end(), *value.asText()) != p.choices.end();
    case ParamKind::text: return value.asText() != nullptr;
    case ParamKind::object: return value.asObject() != nullptr;
    case ParamKind::integers:
    case ParamKind::numbers: break;
    }
    const auto* list = value.asList();
    if (!list || (p.length != 0 && static_cast<int>(list->size()) != p.length)) {
        return false;
    }
    return std::all_of(list->begin(), list->end(), [&](const Value& element) {
        if (p.kind == ParamKind::numbers) {
            return element.asNumber() && std::isfinite(*element.asNumber()) && inLimits(p, *element.asNumber());
        }
        return element.isNull() ? p.unknownAllowed : element.asInteger() && inLimits(p, static_cast<double>(*element.asInteger()));
    });
}

/// `1,000,000,000`, `0.001`.
std::string numberText(double number) {
    constexpr double kExact = 1e15;
    return number == std::floor(number) && std::abs(number) < kExact ? withThousands(static_cast<std::int64_t>(number)) : shortest(number);
}

/// `from 1 to 10`, `greater than 0 and at most 1`, `of at least 1`; empty without limits. `each`: of every number of a list.
std::string limitsText(const Parameter& p, bool each) {
    const bool low = std::isfinite(p.minimum);
    const bool high = std::isfinite(p.maximum);
    const std::string of = each ? "" : "of ";
    if (low && high && !p.minimumExcluded && !p.maximumExcluded) {
        return cat("from ", numberText(p.minimum), " to ", numberText(p.maximum));
    }
    std::vector<std::string> parts;
    if (low) {
        parts.push_back(cat(p.minimumExcluded ? "greater than " : of + "at least ", numberText(p.minimum)));
    }
    if (high) {
        parts.push_back(cat(p.maximumExcluded ? "less than " : low ? "at most " : of + "at most ", numberText(p.maximum)));
    }
    return join(parts, " and ");
}

std::string oneText(std::string kind, const Parameter& p) {
    const std::string limits = limitsText(p, false);
    return limits.empty() ? kind : cat(kind, " ", limits);
}

std::string listText(std::string_view one, std::string_view many, const Parameter& p) {
    const std::string limits = limitsText(p, true);
    const std::string each = p.length == 1 ? ", " : ", each ";
    return cat(p.length == 0 ? cat("a list of ", many) : p.length == 1 ? cat("one ", one) : cat(p.length, " ", many), limits.empty() ? "" : each + limits);
}

/// The parameter's label, and its name where that is another word.
std::string titleOf(const Parameter& p) {
    std::string name = p.name;
    std::replace(name.begin(), name.end(), '_', ' ');
    return lowered(p.label) == name ? p.label : cat(p.label, " (", p.name, ")");
}

} // namespace

const Parameter* findParameter(const Schema& schema, std::string_view name) {
    const auto found = std::find_if(schema.begin(), schema.end(), [&](const Parameter& p) { return p.name == name; });
    return found == schema.end() ? nullptr : &*found;
}

const Value& valueOf(const Schema& schema, const ParamMap& params, std::string_view name) {
    if (const auto found = params.find(name); found != params.end()) {
        return found->second;
    }
    const Parameter* parameter = findParameter(schema, name);
    assert(parameter);
    return parameter->defaultValue;
}

std::string describeLimits(const Parameter& p) {
    std::string out;
    switch (p.kind) {
    case ParamKind::integer: out = oneText("a whole number", p); break;
    case ParamKind::number: out = oneText("a number", p); break;
    case ParamKind::boolean: out = "true or false"; break;
    case ParamKind::choice: out = "one of " + join(p.choices, ", "); break;
    case ParamKind::text: out = "a text"; break;
    case ParamKind::object: out = cat("one of the ", p.catalogue); break;
    case ParamKind::numbers: out = listText("number", "numbers", p); break;
    case ParamKind::integers: out = listText("whole number", "whole numbers", p); break;
    }
    return p.optional ? out + ", or none" : out;
}

std::optional<std::string> validate(const Parameter& parameter, const Value& value) {
    if (value.isNull() ? parameter.optional : fits(parameter, value)) {
        return std::nullopt;
    }
    return cat(titleOf(parameter), " must be ", describeLimits(parameter), "; it is ", value.text(), ".");
}

std::vector<ParamProblem> validate(const Schema& schema, const ParamMap& params) {
    std::vector<ParamProblem> problems;
    for (const auto& [name, value] : params) {
        const Parameter* parameter = findParameter(schema, name);
        if (!parameter) {
            problems.push_back({name, cat("There is no parameter named \"", name, "\".")});
        } else if (auto message = validate(*parameter, value)) {
            problems.push_back({name, std::move(*message)});
        }
    }
    return problems;
}

} // namespace weft
