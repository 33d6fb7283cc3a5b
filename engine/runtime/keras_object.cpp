// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/keras_object.h"

#include "engine/base/text.h"
#include "engine/constraints/constraint_type.h"
#include "engine/initializers/initializer_type.h"
#include "engine/regularizers/regularizer_type.h"
#include "engine/layers/layer_type.h"
#include "engine/runtime/keras_value.h"

#include <nlohmann/json.hpp>

namespace weft {
namespace {

using Json = nlohmann::json;

/// Passed over where a schema has no such parameter.
bool isCommonKey(std::string_view key) { return key == "name" || key == "trainable" || key == "dtype"; }

/// A dtype is a name or a DTypePolicy object; only one is computed in.
void requireFloat32(const Json& json, std::string_view where) {
    std::string name = "float32";
    if (json.is_string()) {
        name = json.get<std::string>();
    } else if (json.is_object()) {
        name = keras::text(keras::member(keras::member(json, "config", where), "name", where), where);
    } else if (!json.is_null()) {
        throw Error(cat(where, " must have a dtype that is a name or a policy; it is ", keras::shown(json), "."));
    }
    if (name != "float32") {
        throw UnknownType(cat("dtype ", name), cat(where, " computes in ", name, "; Weft computes in float32 only."));
    }
}

/// A held layer's name and `trainable`, where they are not what Keras would give it.
void keepCommon(const Json& config, std::string_view where, const std::string& type, ParamMap& params) {
    if (const auto name = config.find("name"); name != config.end()) {
        if (std::string text = keras::text(*name, where); text != snakeCase(type)) {
            params["name"] = std::move(text);
        }
    }
    if (const auto trainable = config.find("trainable"); trainable != config.end() && *trainable == false) {
        params["trainable"] = false;
    }
}

} // namespace

std::optional<KerasType> runtimeCatalogues(std::string_view catalogue, std::string_view name) {
    if (catalogue == "initializers") {
        if (const InitializerType* type = findInitializerType(name)) {
            return KerasType{type->name, &type->schema};
        }
    }
    if (catalogue == "regularizers") {
        if (const RegularizerType* type = findRegularizerType(name)) {
            return KerasType{type->name, &type->schema};
        }
    }
    if (catalogue == "constraints") {
        if (const ConstraintType* type = findConstraintType(name)) {
            return KerasType{type->name, &type->schema, nullptr, &type->fromKeras, &type->toKeras};
        }
    }
    if (catalogue == "layers") {
        if (const LayerType* type = findLayerType(name); type && !type->isInput && !type->isModel) {
            return KerasType{type->kerasClass, &type->schema, &type->kerasFixed, &type->fromKeras, &type->toKeras, true};
        }
    }
    return std::nullopt;
}

Object readKerasObject(const Json& json, std::string_view where, std::string_view catalogue, const KerasCatalogues& catalogues) {
    const bool isAlias = json.is_string();
    const std::string name = isAlias ? json.get<std::string>() : keras::text(keras::member(json, "class_name", where), where);
    if (!isAlias && keras::isForeign(json)) {
        throw UnknownType(name, cat(where, " is a \"", name, "\" that somebody registered with Keras; Weft has only Keras' own ", catalogue, "."));
    }
    const auto type = catalogues(catalogue, name);
    if (!type) {
        throw UnknownType(name, cat(where, " is \"", name, "\", which Weft does not have among its ", catalogue, "."));
    }
    Object object{type->name, {}};
    if (!isAlias && json.contains("config") && !json["config"].is_null()) {
        object.params = readKerasConfig(json["config"], cat(where, ", ", type->name), *type, catalogues);
        if (type->isLayer) {
            keepCommon(json["config"], where, type->name, object.params);
        }
    }
    return object;
}

ParamMap readKerasConfig(const Json& config, std::string_view where, const KerasType& type, const KerasCatalogues& catalogues) {
    if (!config.is_object()) {
        throw Error(cat(where, " must have an object as its config; it is ", keras::shown(config), "."));
    }
    ParamMap params;
    for (const auto& [key, json] : config.items()) {
        const Parameter* parameter = findParameter(*type.schema, key);
        if (parameter && json.is_object() && !parameter->kerasObject.empty()) {
            const Parameter* instead = findParameter(*type.schema, parameter->kerasObject);
            params[instead->name] = keras::readValue(json, cat(where, ", ", key), *instead, type.name, catalogues);
        } else if (parameter) {
            params[key] = keras::readValue(json, cat(where, ", ", key), *parameter, type.name, catalogues);
        } else if (key == "dtype") {
            requireFloat32(json, where);
        } else if (!isCommonKey(key)) {
            params[key] = keras::plainValue(json, cat(where, ", ", key), cat(type.name, ".", key));
        }
    }
    if (type.fromKeras && *type.fromKeras) {
        params = (*type.fromKeras)(std::move(params));
    }
    std::erase_if(params, [&](const auto& entry) {
        const auto& [key, value] = entry;
        if (const Parameter* parameter = findParameter(*type.schema, key)) {
            return value.isNull() && parameter->defaultValue.isNull(); // Keras writes some of these down, and some not
        }
        const auto fixed = type.fixed ? type.fixed->find(key) : ParamMap::const_iterator{};
        const bool supported = value.isNull() || (type.fixed && fixed != type.fixed->end() && keras::sameValue(fixed->second, value));
        if (!supported) {
            throw UnknownType(cat(type.name, ".", key, " ", value.text()), cat(where, " sets ", key, " to ", value.text(), ", which Weft's ", type.name, " does not have."));
        }
        return true;
    });
    for (const auto& [key, value] : params) {
        const Parameter& parameter = *findParameter(*type.schema, key);
        const auto problem = validate(parameter, value);
        if (problem && parameter.kind == ParamKind::choice && value.asText()) {
            throw UnknownType(cat(type.name, ".", key, " ", value.text()), cat(where, ", ", key, ": ", *problem));
        }
        if (problem) {
            throw Error(cat(where, ", ", key, ": ", *problem));
        }
    }
    return params;
}

Json writeKerasObject(const Object& object, std::string_view module, std::string_view catalogue, const KerasCatalogues& catalogues) {
    const auto type = catalogues(catalogue, object.type);
    if (!type) {
        throw Error(cat("\"", object.type, "\" is not among the ", catalogue, ", so it cannot be written."));
    }
    Json config = writeKerasConfig(object.params, *type, catalogues);
    if (type->isLayer) {
        const HeldLayer held = heldLayer(object);
        config["name"] = held.name;
        config["trainable"] = held.trainable;
        config["dtype"] = keras::float32Policy();
    }
    return {{"module", module}, {"class_name", type->name}, {"config", std::move(config)}, {"registered_name", nullptr}};
}

Json writeKerasConfig(const ParamMap& params, const KerasType& type, const KerasCatalogues& catalogues) {
    ParamMap whole;
    for (const Parameter& parameter : *type.schema) {
        whole[parameter.name] = keras::asKind(valueOf(*type.schema, params, parameter.name), parameter.kind);
    }
    if (type.toKeras && *type.toKeras) {
        whole = (*type.toKeras)(std::move(whole));
    }
    if (type.fixed) {
        whole.insert(type.fixed->begin(), type.fixed->end());
    }
    for (const Parameter& parameter : *type.schema) {
        if (const auto object = whole.find(parameter.kerasObject); object != whole.end()) {
            if (!object->second.isNull()) {
                whole[parameter.name] = object->second;
            }
            whole.erase(object);
        }
    }
    Json config = Json::object();
    for (const auto& [key, value] : whole) {
        const Parameter* parameter = findParameter(*type.schema, key);
        if (parameter && value.asObject() && !parameter->kerasObject.empty()) {
            parameter = findParameter(*type.schema, parameter->kerasObject);
        }
        config[key] = keras::writeValue(value, parameter ? parameter->catalogue : std::string(), catalogues);
    }
    return config;
}

} // namespace weft
