// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace weft {

/// The folder with what comes with Weft (`data`, templates, ...): the environment's WEFT_RESOURCES; `../share/weft` beside the
/// running program (a build tree has a link of that name to the folder `resources` of the sources). Throws Error saying where it looked.
std::filesystem::path resourceFolder();

} // namespace weft
