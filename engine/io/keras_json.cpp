// SPDX-License-Identifier: Apache-2.0
#include "engine/io/keras_json.h"

#include "engine/base/file.h"
#include "engine/runtime/keras_architecture.h"
#include "engine/schema/value_json.h"

#include <nlohmann/json.hpp>

namespace weft {

ProjectFile readKerasJson(const std::filesystem::path& path) {
    constexpr std::uint64_t kLargest = 64U << 20;
    const std::string what = pathText(path);
    ReadModel read = readArchitecture(parseJson(readFile(path, kLargest), what), what);
    ProjectFile file;
    file.project.graphs = std::move(read.graphs);
    file.project.root = read.root;
    file.project.ids = read.ids;
    return file;
}

} // namespace weft
