// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/sha256.h"
#include "engine/base/text.h"
#include "engine/data/read_source.h"

#include <algorithm>

namespace weft {
namespace {

constexpr std::string_view kBundled = "bundled:";
constexpr std::string_view kGenerated = "generated:";
constexpr std::size_t kHead = 4096;

} // namespace

std::filesystem::path locate(const DataSource& source, const DataPlaces& places) {
    if (const auto rebound = places.rebound.find(source.name); rebound != places.rebound.end()) {
        return rebound->second;
    }
    if (source.path.starts_with(kBundled)) {
        const auto rest = pathFrom(std::string_view(source.path).substr(kBundled.size()));
        if (rest.empty() || rest.is_absolute() || rest.has_root_path() || std::find(rest.begin(), rest.end(), "..") != rest.end()) {
            throw Error(cat("The path ", source.path, " of the data source \"", source.name, "\" does not name a bundled file."));
        }
        return places.bundledFolder / rest;
    }
    const auto path = pathFrom(source.path);
    return path.is_absolute() || source.path.starts_with(kGenerated) ? path : places.projectFolder / path;
}

ReaderType::Contents readContents(const DataSource& source, const DataPlaces& places, const Reading& reading) {
    const std::filesystem::path path = locate(source, places);
    if (source.path.empty() && !places.rebound.contains(source.name)) {
        throw Error(cat("No file is chosen for the data source \"", source.name, "\"."));
    }
    try {
        // A file that stands in for another may be of another kind.
        const std::string format = places.rebound.contains(source.name) ? guessFormat(path) : source.format;
        const ReaderType* reader = findReaderType(format);
        if (!reader) {
            throw Error(cat("There is no reader for files of format \"", format, "\"."));
        }
        const ParamMap options = format == source.format ? source.options : ParamMap{};
        if (const auto problems = validate(reader->schema, options); !problems.empty()) {
            throw Error(problems.front().message);
        }
        ReaderType::Contents contents = reader->read(path, options, reading);
        if (contents.values.shape().rank() == 0 || contents.values.shape()[0] == 0 || contents.values.empty()) {
            throw Error(cat(pathText(path), " holds no rows."));
        }
        return contents;
    } catch (const Error& e) {
        throw Error(cat("Data source \"", source.name, "\": ", e.what()));
    }
}

SourceContents readSource(const DataSource& source, const DataPlaces& places) {
    ReaderType::Contents contents = readContents(source, places, {});
    return {std::move(contents.fields), std::move(contents.values), std::move(contents.problems)};
}

std::vector<std::string> refreshSources(DataSpec& spec, const DataPlaces& places) {
    std::vector<std::string> changed;
    for (DataSource& source : spec.sources) {
        try {
            const auto path = locate(source, places);
            if (!std::filesystem::is_regular_file(path)) {
                continue;
            }
            const std::uint64_t size = fileSize(path);
            std::string hash = sha256OfFile(path);
            if (!source.sha256.empty() && source.sha256 != hash) {
                changed.push_back(source.name);
            }
            source.size = size;
            source.sha256 = std::move(hash);
        } catch (const std::exception&) {
            // What was known of it stays; whoever reads the file says what is wrong with it.
        }
    }
    return changed;
}

std::string guessFormat(const std::filesystem::path& file) {
    InputFile input(file);
    std::string head(kHead, '\0');
    head.resize(input.read(head.data(), head.size()));
    if (head.empty()) {
        throw Error(cat(pathText(file), " is empty."));
    }
    std::string name = lowered(pathText(file.filename()));
    if (input.isGzip() && name.ends_with(".gz")) {
        name.resize(name.size() - 3);
    }
    std::vector<std::string> titles;
    for (const ReaderType& reader : readerTypes()) {
        if (reader.isGenerated) {
            continue;
        }
        if (reader.matches(head, name)) {
            return reader.name;
        }
        titles.push_back(reader.title);
    }
    throw Error(cat(pathText(file), " is in no format that Weft reads data from: ", join(titles, ", "), "."));
}

} // namespace weft
