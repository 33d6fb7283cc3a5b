// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/project/trained.h"

#include <filesystem>

namespace weft {

/// What Keras' `model.to_json()` wrote to a file, as a project without weights, data and layout. Throws UnknownType where a layer is none that
/// Weft has, Error on everything malformed.
ProjectFile readKerasJson(const std::filesystem::path& file);

} // namespace weft
