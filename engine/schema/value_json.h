// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/value.h"

#include <nlohmann/json_fwd.hpp>

namespace weft {

/// Parses untrusted text: depth at most 64, no duplicate keys, valid UTF-8, no trailing text.
/// `what` names the text in the sentence of the Error, e.g. `project.json in /home/a/digits.weft`.
nlohmann::json parseJson(std::string_view text, std::string_view what);

/// Text of a JSON value for a file: sorted keys, two spaces, `\n` at the end. Throws Error where a number is not finite.
std::string writeJson(const nlohmann::json& json);

/// A Value as JSON: an object becomes `{"type": "GlorotUniform", "seed": 3}`.
nlohmann::json toJson(const Value& value);
nlohmann::json toJson(const ParamMap& params);
/// The other way round; throws Error on a shape of JSON that no Value has.
Value valueFromJson(const nlohmann::json& json, std::string_view what);
ParamMap paramsFromJson(const nlohmann::json& json, std::string_view what);

} // namespace weft
