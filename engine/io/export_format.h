// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/data/dataset.h"
#include "engine/project/trained.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// One format that a model is exported to, in one file of engine/io.
struct ExportFormat {
    std::string name;      ///< `weft`, as `weft export --format` takes it
    std::string title;     ///< for people
    std::string help;      ///< one sentence
    bool isFolder = false; ///< writes a folder, not a file
    /// Writes one model, whole or not at all. `data`, if not null, is the project's, loaded. Throws Error.
    void (*write)(const ProjectFile& file, ModelId model, const std::filesystem::path& path, const Dataset* data) = nullptr;
    /// Loads what was written as its user will, runs it on the inputs stored with it and returns the largest difference from the
    /// outputs stored with it; null where nothing here can load the format. Throws Error.
    double (*verify)(const std::filesystem::path& path) = nullptr;
};

/// All formats, in the order of engine/io/CMakeLists.txt.
const std::vector<ExportFormat>& exportFormats();
/// Null if there is none of that name.
const ExportFormat* findExportFormat(std::string_view name);

} // namespace weft
