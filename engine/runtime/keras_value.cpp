// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/keras_value.h"

#include "engine/base/text.h"
#include "engine/schema/value_json.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace weft::keras {
namespace {

constexpr int kMaxDepth = 64;

int depthOf(const nlohmann::json& json, int limit) {
    int deepest = 0;
    if (json.is_structured() && limit > 0) {
        for (const auto& element : json) {
            deepest = std::max(deepest, depthOf(element, limit - 1));
        }
    }
    return deepest + 1;
}

/// The name behind a serialised function, `{"class_name": "function", "config": "relu"}`; empty if it is none.
std::string functionName(const nlohmann::json& json) {
    const auto config = json.find("config");
    const bool isFunction = json.value("class_name", nlohmann::json()) == "function";
    return isFunction && config != json.end() && config->is_string() ? config->get<std::string>() : std::string();
}

} // namespace

std::string shown(const nlohmann::json& json) {
    if (json.is_object()) {
        const auto name = json.find("class_name");
        return name != json.end() && name->is_string() ? cat("a ", name->get<std::string>()) : std::string("an object");
    }
    constexpr std::size_t kLongest = 60;
    std::string out = json.is_null() ? "null" : json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return out.size() <= kLongest ? out : out.substr(0, kLongest) + "…";
}

const nlohmann::json& member(const nlohmann::json& json, const char* key, std::string_view where) {
    if (!json.is_object()) {
        throw Error(cat(where, " must be an object with the key \"", key, "\"; it is ", shown(json), "."));
    }
    const auto found = json.find(key);
    if (found == json.end()) {
        throw Error(cat(where, " has no \"", key, "\"."));
    }
    return *found;
}

std::string text(const nlohmann::json& json, std::string_view where) {
    if (!json.is_string()) {
        throw Error(cat(where, " must be named by a text; it is ", shown(json), "."));
    }
    return json.get<std::string>();
}

std::int64_t integer(const nlohmann::json& json, std::string_view where) {
    const bool tooLarge = json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!json.is_number_integer() || tooLarge) {
        throw Error(cat(where, " must be an integer; it is ", shown(json), "."));
    }
    return json.get<std::int64_t>();
}

bool isForeign(const nlohmann::json& object) {
    const auto module = object.find("module");
    const auto registered = object.find("registered_name");
    if (module == object.end()) {
        return false; // as older files have it
    }
    if (module->is_string()) {
        const auto name = module->get<std::string>();
        return name != "keras" && name.rfind("keras.", 0) != 0;
    }
    return registered != object.end() && !registered->is_null();
}

void requireShallow(const nlohmann::json& json, std::string_view where) {
    if (depthOf(json, kMaxDepth) > kMaxDepth) {
        throw Error(cat(where, " nests deeper than ", kMaxDepth, " levels."));
    }
}

Value readValue(const nlohmann::json& json, std::string_view where, const Parameter& parameter, std::string_view typeName,
                const KerasCatalogues& catalogues) {
    if (json.is_null()) {
        return {};
    }
    if (parameter.kind == ParamKind::object) {
        return readKerasObject(json, where, parameter.catalogue, catalogues);
    }
    if (parameter.kind == ParamKind::choice && json.is_object()) {
        if (std::string name = functionName(json); !name.empty()) {
            return name;
        }
    }
    if (parameter.kind == ParamKind::integers && parameter.length > 0 && json.is_number_integer()) {
        return std::vector<std::int64_t>(static_cast<std::size_t>(parameter.length), integer(json, where)); // `kernel_size=3`
    }
    if (parameter.kind == ParamKind::numbers && parameter.length == 0 && json.is_number()) {
        return Value::List{Value(json.get<double>())}; // `thresholds=0.5`
    }
    return plainValue(json, where, cat(typeName, ".", parameter.name));
}

Value plainValue(const nlohmann::json& json, std::string_view where, std::string_view name) {
    if (json.is_array()) {
        Value::List list;
        for (const auto& element : json) {
            list.push_back(plainValue(element, where, name));
        }
        return list;
    }
    if (!json.is_object()) {
        return valueFromJson(json, where);
    }
    const auto type = json.find("class_name");
    const std::string shownType = type != json.end() && type->is_string() ? type->get<std::string>() : std::string("object");
    throw UnknownType(cat(name, " ", shownType), cat(where, " is ", shown(json), ", which Weft does not have."));
}

bool sameValue(const Value& a, const Value& b) {
    const auto left = a.asNumber();
    const auto right = b.asNumber();
    return left && right ? *left == *right : a == b;
}

Value asKind(const Value& value, ParamKind kind) {
    return kind == ParamKind::number && value.asInteger() ? Value(static_cast<double>(*value.asInteger())) : value;
}

nlohmann::json float32Policy() {
    return {{"module", "keras"}, {"class_name", "DTypePolicy"}, {"config", {{"name", "float32"}}}, {"registered_name", nullptr}};
}

nlohmann::json writeValue(const Value& value, const std::string& catalogue, const KerasCatalogues& catalogues) {
    if (const Object* object = value.asObject()) {
        return writeKerasObject(*object, cat("keras.", catalogue), catalogue, catalogues);
    }
    if (const auto* list = value.asList()) {
        nlohmann::json out = nlohmann::json::array();
        for (const Value& element : *list) {
            out.push_back(writeValue(element, catalogue, catalogues));
        }
        return out;
    }
    return toJson(value);
}

} // namespace weft::keras
