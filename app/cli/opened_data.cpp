// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/opened_data.h"

#include "app/cli/console.h"
#include "engine/base/file.h"
#include "engine/base/resources.h"
#include "engine/base/text.h"
#include "engine/io/project_file.h"

#include <algorithm>

namespace weft::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kBundled = "bundled:";

fs::path folderOf(const fs::path& project) { return fs::absolute(project).parent_path(); }

} // namespace

DataPlaces dataPlaces(const DataSpec& spec, const fs::path& project) {
    DataPlaces places;
    places.projectFolder = folderOf(project);
    if (std::any_of(spec.sources.begin(), spec.sources.end(), [](const DataSource& s) { return s.path.starts_with(kBundled); })) {
        places.bundledFolder = resourceFolder() / "data";
    }
    return places;
}

void rebind(DataSpec& spec, const Arguments& arguments, const fs::path& project) {
    for (const auto& [name, file] : arguments.pairs("--data")) {
        DataSource* source = name.empty() ? nullptr : spec.source(name);
        if (!source) {
            std::vector<std::string> names;
            for (const DataSource& s : spec.sources) {
                names.push_back(s.name);
            }
            throw UsageError(name.empty() ? cat("--data takes NAME=FILE, not \"", file, "\".")
                                          : cat("The project has no data source \"", name, "\"; it has ",
                                                names.empty() ? std::string("none") : join(names, ", "), "."));
        }
        const std::string format = guessFormat(file);
        if (format != source->format) {
            source->format = format;
            source->options.clear();
        }
        source->path = pathText(fs::absolute(file).lexically_normal());
        source->size = 0;
        source->sha256.clear();
    }
    moveSources(spec, {}, folderOf(project));
}

void rebase(DataSpec& spec, const fs::path& from, const fs::path& to) { moveSources(spec, folderOf(from), folderOf(to)); }

std::shared_ptr<const Dataset> loadData(const DataSpec& spec, const fs::path& project, DataWanted wanted) {
    ProgressLine line;
    const auto show = [&](double done) { line.show(static_cast<std::int64_t>(done * 1000), 1000, "reading data"); };
    return std::make_shared<const Dataset>(loadDataset(spec, dataPlaces(spec, project), {}, show, wanted));
}

std::vector<std::string> refresh(DataSpec& spec, const fs::path& project) { return refreshSources(spec, dataPlaces(spec, project)); }

} // namespace weft::cli
