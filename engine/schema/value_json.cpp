// SPDX-License-Identifier: Apache-2.0
#include "engine/schema/value_json.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace weft {
namespace {

constexpr int kMaxDepth = 64;

void requireFinite(const nlohmann::json& json) {
    if (json.is_number_float() && !std::isfinite(json.get<double>())) {
        throw Error("A number that is not finite (NaN or infinity) cannot be written as JSON.");
    }
    if (json.is_structured()) {
        for (const auto& element : json) {
            requireFinite(element);
        }
    }
}

} // namespace

nlohmann::json parseJson(std::string_view text, std::string_view what) {
    std::vector<std::set<std::string>> keys;
    const auto watch = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
        using Event = nlohmann::json::parse_event_t;
        if (depth > kMaxDepth) {
            throw Error(cat(what, " nests deeper than ", kMaxDepth, " levels."));
        }
        if (event == Event::object_start) {
            keys.emplace_back();
        } else if (event == Event::object_end) {
            keys.pop_back();
        } else if (event == Event::key && !keys.back().insert(parsed.get<std::string>()).second) {
            throw Error(cat(what, " has the key \"", parsed.get<std::string>(), "\" twice in one object."));
        }
        return true;
    };
    try {
        return nlohmann::json::parse(text.begin(), text.end(), watch);
    } catch (const nlohmann::json::parse_error& e) {
        const std::string_view before = text.substr(0, std::min(e.byte == 0 ? 0 : e.byte - 1, text.size()));
        const auto line = 1 + std::count(before.begin(), before.end(), '\n');
        const auto column = before.size() - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1) + 1;
        throw Error(cat(what, " is not valid JSON: it breaks off or goes wrong at line ", line, ", column ", column, "."));
    } catch (const nlohmann::json::exception&) {
        throw Error(cat(what, " is not valid JSON: it holds a text or a number that JSON does not allow."));
    }
}

std::string writeJson(const nlohmann::json& json) {
    requireFinite(json);
    try {
        return json.dump(2) + "\n";
    } catch (const nlohmann::json::exception& e) {
        throw Error(cat("A text that is not valid UTF-8 cannot be written as JSON (", e.what(), ")."));
    }
}

nlohmann::json toJson(const Value& value) {
    if (value.isNull()) {
        return nullptr;
    }
    if (const bool* truth = value.asBool()) {
        return *truth;
    }
    if (const auto* integer = value.asInteger()) {
        return *integer;
    }
    if (const auto number = value.asNumber()) {
        return *number;
    }
    if (const auto* text = value.asText()) {
        return *text;
    }
    if (const Object* object = value.asObject()) {
        nlohmann::json out = toJson(object->params);
        out["type"] = object->type;
        return out;
    }
    nlohmann::json out = nlohmann::json::array();
    for (const Value& element : *value.asList()) {
        out.push_back(toJson(element));
    }
    return out;
}

nlohmann::json toJson(const ParamMap& params) {
    nlohmann::json out = nlohmann::json::object();
    for (const auto& [name, value] : params) {
        out[name] = toJson(value);
    }
    return out;
}

Value valueFromJson(const nlohmann::json& json, std::string_view what) {
    switch (json.type()) {
    case nlohmann::json::value_t::null: return {};
    case nlohmann::json::value_t::boolean: return json.get<bool>();
    case nlohmann::json::value_t::number_integer: return json.get<std::int64_t>();
    case nlohmann::json::value_t::number_unsigned:
        if (json.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            throw Error(cat(what, " holds the integer ", json.get<std::uint64_t>(), ", which is larger than 2^63 - 1."));
        }
        return json.get<std::int64_t>();
    case nlohmann::json::value_t::number_float: return json.get<double>();
    case nlohmann::json::value_t::string: return json.get<std::string>();
    case nlohmann::json::value_t::array: {
        Value::List list;
        for (const auto& element : json) {
            list.push_back(valueFromJson(element, what));
        }
        return list;
    }
    case nlohmann::json::value_t::object: {
        const auto type = json.find("type");
        if (type == json.end() || !type->is_string()) {
            throw Error(cat(what, " holds an object without a \"type\"."));
        }
        Object object{type->get<std::string>(), {}};
        for (const auto& [name, element] : json.items()) {
            if (name != "type") {
                object.params[name] = valueFromJson(element, what);
            }
        }
        return object;
    }
    default: break;
    }
    throw Error(cat(what, " holds a value of a kind that JSON does not have."));
}

ParamMap paramsFromJson(const nlohmann::json& json, std::string_view what) {
    if (!json.is_object()) {
        throw Error(cat(what, " must be an object of parameters; it is ", json.type_name(), "."));
    }
    ParamMap params;
    for (const auto& [name, element] : json.items()) {
        params[name] = valueFromJson(element, what);
    }
    return params;
}

} // namespace weft
