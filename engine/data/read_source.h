// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/data/dataset.h"

namespace weft {

/// The file of a source through its reader. Throws Error naming the source; refuses a file without rows.
ReaderType::Contents readContents(const DataSource& source, const DataPlaces& places, const Reading& reading);

} // namespace weft
