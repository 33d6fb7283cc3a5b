// SPDX-License-Identifier: Apache-2.0
#include "engine/project/templates.h"

#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/resources.h"
#include "engine/base/text.h"
#include "engine/project/project_json.h"
#include "engine/schema/value_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace weft {

namespace {

constexpr std::uint64_t kLargest = 16U << 20;

std::vector<std::filesystem::path> files() {
    const std::filesystem::path folder = resourceFolder() / "templates";
    std::error_code failure;
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
        if (entry.path().extension() == ".json") {
            out.push_back(entry.path());
        }
    }
    if (failure) {
        throw Error(cat("The templates in ", pathText(folder), " cannot be read: ", failure.message(), "."));
    }
    std::sort(out.begin(), out.end());
    return out;
}

Project read(const std::filesystem::path& file) {
    return projectFromJson(parseJson(readFile(file, kLargest), pathText(file)), pathText(file));
}

} // namespace

std::vector<Template> templates() {
    std::vector<Template> out;
    for (const std::filesystem::path& file : files()) {
        Project project = read(file);
        out.push_back({file.stem().string(), std::move(project.title), std::move(project.description)});
    }
    return out;
}

Project openTemplate(std::string_view name) {
    std::vector<std::string> names;
    for (const std::filesystem::path& file : files()) {
        names.push_back(file.stem().string());
        if (names.back() == name) {
            return read(file);
        }
    }
    throw Error(cat("There is no template \"", name, "\"; there are ", join(names, ", "), "."));
}

} // namespace weft
