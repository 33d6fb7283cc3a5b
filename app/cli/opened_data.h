// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"
#include "engine/data/dataset.h"

#include <memory>
#include <stop_token>

namespace weft::cli {

/// Where a project's files are looked for.
DataPlaces dataPlaces(const DataSpec& spec, const std::filesystem::path& project);

/// Puts the files of `--data NAME=FILE` in the place of the sources of these names. Throws UsageError where there is no such source.
void rebind(DataSpec& spec, const Arguments& arguments, const std::filesystem::path& project);

/// Rewrites relative paths so that they mean the same from another project file.
void rebase(DataSpec& spec, const std::filesystem::path& from, const std::filesystem::path& to);

/// Reads all data, with a bar on a terminal.
std::shared_ptr<const Dataset> loadData(const DataSpec& spec, const std::filesystem::path& project, std::stop_token stop = {});

} // namespace weft::cli
