// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/keras_object.h"

/// Pieces that reading and writing Keras' JSON share. For the sources of engine/runtime only.
namespace weft::keras {

/// A short text of any JSON value, for a sentence.
std::string shown(const nlohmann::json& json);

/// A member of an object, a text, an integer, a truth; each throws Error with a sentence that begins with `where`.
const nlohmann::json& member(const nlohmann::json& json, const char* key, std::string_view where);
std::string text(const nlohmann::json& json, std::string_view where);
std::int64_t integer(const nlohmann::json& json, std::string_view where);

/// True for a serialised object whose class is not Keras' own.
bool isForeign(const nlohmann::json& object);

/// Throws Error where values nest deeper than 64 levels.
void requireShallow(const nlohmann::json& json, std::string_view where);

/// The value of a parameter of `typeName`.
Value readValue(const nlohmann::json& json, std::string_view where, const Parameter& parameter, std::string_view typeName, const KerasCatalogues& catalogues);
/// The value of a key that is no parameter; `name` names it where it is an object, which no catalogue has.
Value plainValue(const nlohmann::json& json, std::string_view where, std::string_view name);
/// Equal, an integer and a number of the same size included.
bool sameValue(const Value& a, const Value& b);
/// An integer as a number where a number is meant.
Value asKind(const Value& value, ParamKind kind);

/// The `dtype` of every layer.
nlohmann::json float32Policy();
nlohmann::json writeValue(const Value& value, const std::string& catalogue, const KerasCatalogues& catalogues);

} // namespace weft::keras
