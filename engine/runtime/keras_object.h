// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/error.h"
#include "engine/schema/parameter.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

/// A file names something that Keras has and our catalogues lack: a layer, an initializer, an activation, a value of an option.
class UnknownType : public Error {
public:
    /// `name`: short, for lists: `LSTM`, `Dense.kernel_regularizer L2`. `what` is the sentence.
    UnknownType(std::string name, const std::string& sentence) : Error(sentence), m_name(std::move(name)) {}
    const std::string& name() const { return m_name; }

private:
    std::string m_name;
};

/// What a catalogue knows of a type.
struct KerasType {
    std::string name; ///< the class, where it was asked for by an alias
    const Schema* schema = nullptr;
    /// As in LayerType; null: none.
    const ParamMap* fixed = nullptr;
    const std::function<ParamMap(ParamMap)>* fromKeras = nullptr;
    const std::function<ParamMap(ParamMap)>* toKeras = nullptr;
    bool isLayer = false; ///< has a name, a `trainable` and a dtype; see HeldLayer
};

/// Finds a type in the catalogue that a Parameter names (`initializers`, `losses`, ...) by class or alias.
using KerasCatalogues = std::function<std::optional<KerasType>(std::string_view catalogue, std::string_view name)>;
/// The catalogues of the installed runtime: initializers, and layers that stand in others.
std::optional<KerasType> runtimeCatalogues(std::string_view catalogue, std::string_view name);

/// An object as Keras serialises it, `{"module", "class_name", "config", "registered_name"}`, or its string alias. Throws
/// UnknownType where the catalogue lacks the class or an option, Error on everything malformed. `where` begins the sentences.
Object readKerasObject(const nlohmann::json& json, std::string_view where, std::string_view catalogue, const KerasCatalogues& catalogues);

/// A config's entries as parameters of `type`; the keys `name`, `trainable` and `dtype` are passed over where the schema has none.
ParamMap readKerasConfig(const nlohmann::json& config, std::string_view where, const KerasType& type, const KerasCatalogues& catalogues);

/// What Keras' `serialize_keras_object` gives, with every parameter of the schema written out.
nlohmann::json writeKerasObject(const Object& object, std::string_view module, std::string_view catalogue, const KerasCatalogues& catalogues);

/// Every parameter of the schema, given or default, as a config.
nlohmann::json writeKerasConfig(const ParamMap& params, const KerasType& type, const KerasCatalogues& catalogues);

} // namespace weft
