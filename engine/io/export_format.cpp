// SPDX-License-Identifier: Apache-2.0
#include "engine/io/export_format.h"

#include <algorithm>

namespace weft {

namespace io {
std::vector<ExportFormat> records();
}

const std::vector<ExportFormat>& exportFormats() {
    static const std::vector<ExportFormat> formats = io::records();
    return formats;
}

const ExportFormat* findExportFormat(std::string_view name) {
    const auto found = std::find_if(exportFormats().begin(), exportFormats().end(), [&](const ExportFormat& f) { return f.name == name; });
    return found == exportFormats().end() ? nullptr : &*found;
}

} // namespace weft
