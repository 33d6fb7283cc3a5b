// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/project/trained.h"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace weft {

/// The version of project.json that this program writes; older ones are migrated, newer ones refused.
inline constexpr int kProjectVersion = 1;

/// A project as JSON: `"format": "weft-project"`. The same project gives the same JSON.
nlohmann::json projectToJson(const Project& project);

/// The other way round, from an untrusted file; `what` names it in errors. Ids are checked to be unique and known, everything else is
/// left to `analyze`: a drawing may be wrong. Throws Error with the place in the JSON.
Project projectFromJson(const nlohmann::json& json, std::string_view what);

nlohmann::json trainingToJson(const TrainingConfig& config);
TrainingConfig trainingFromJson(const nlohmann::json& json, std::string_view what);
nlohmann::json dataToJson(const DataSpec& data);
DataSpec dataFromJson(const nlohmann::json& json, std::string_view what);
/// What a run keeps of the drawing and of the data it had, to tell later whether they are still the same. Where files lie and how
/// boxes stand do not count. `sources` must have been refreshed.
std::string graphHash(const Project& project);
std::string dataHash(const DataSpec& data);
nlohmann::json runToJson(const Run& run);
Run runFromJson(const nlohmann::json& json, std::string_view what);

} // namespace weft
