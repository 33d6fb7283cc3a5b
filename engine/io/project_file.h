// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/project/trained.h"

#include <filesystem>

namespace weft {

/// Reads a `.weft` file: all of it is parsed and checked before anything is returned. Throws Error naming file and place.
ProjectFile loadProject(const std::filesystem::path& file);

/// Writes a `.weft` file, whole or not at all; what was there before stays as `NAME.weft.bak`. Weights of layers that are gone are left out.
/// Data files inside the project's folder are named relative to it. The same content gives the same bytes. Throws Error.
void saveProject(const std::filesystem::path& file, const ProjectFile& project);

/// Makes the paths of data sources right for a project that moves from one folder to another: files inside the new folder become
/// relative to it, others absolute. An empty `from`: relative paths are left as they are.
void moveSources(DataSpec& data, const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace weft
