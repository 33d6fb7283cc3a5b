// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"
#include "engine/data/dataset.h"

#include <memory>

namespace weft::cli {

/// Where a project's files are looked for.
DataPlaces dataPlaces(const DataSpec& spec, const std::filesystem::path& project);

/// Puts the files of `--data NAME=FILE` in the place of the sources of these names. Throws UsageError where there is no such source.
void rebind(DataSpec& spec, const Arguments& arguments, const std::filesystem::path& project);

/// Rewrites relative paths so that they mean the same from another project file.
void rebase(DataSpec& spec, const std::filesystem::path& from, const std::filesystem::path& to);

/// Reads the data, with a bar on a terminal.
std::shared_ptr<const Dataset> loadData(const DataSpec& spec, const std::filesystem::path& project, DataWanted wanted = DataWanted::all);

/// Writes down what the files are now. Returns the names of those that are others than before.
std::vector<std::string> refresh(DataSpec& spec, const std::filesystem::path& project);

} // namespace weft::cli
