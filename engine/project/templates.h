// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/project/project.h"

#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// A ready-made project that comes with Weft: one file `resources/templates/NAME.json`, read like any project.json.
struct Template {
    std::string name;        ///< the file's, without ending: `mnist_mlp`
    std::string title;       ///< one line
    std::string description; ///< one sentence
};

/// All templates, by name. Reads the files anew. Throws Error where the folder or a file in it cannot be read.
std::vector<Template> templates();

/// The project of a template, its bundled data set up. Throws Error where there is no such template, naming those there are.
Project openTemplate(std::string_view name);

} // namespace weft
