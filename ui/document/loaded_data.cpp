// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/loaded_data.h"

#include "engine/project/project_json.h"

namespace weft::ui {

DataOrigin originOf(const DataSpec& spec, const DataPlaces& places) {
    DataOrigin origin{spec, {}};
    for (DataSource& source : origin.spec.sources) {
        const std::filesystem::path file = locate(source, places);
        std::error_code missing;
        origin.files.emplace_back(file, std::filesystem::last_write_time(file, missing));
        source.path.clear();
        source.size = 0;
        source.sha256.clear();
    }
    return origin;
}

std::shared_ptr<const LoadedData> loadData(const DataSpec& spec, const DataPlaces& places, const std::shared_ptr<const LoadedData>& known,
                                           const std::stop_token& stop, const std::function<void(double)>& progress) {
    auto loaded = std::make_shared<LoadedData>();
    loaded->origin = originOf(spec, places);
    if (known && known->origin == loaded->origin) {
        return known;
    }
    loaded->data = std::make_shared<const Dataset>(loadDataset(spec, places, stop, progress));
    if (!stop.stop_requested()) {
        DataSpec hashed = spec;
        refreshSources(hashed, places);
        loaded->hash = dataHash(hashed);
    }
    return loaded;
}

} // namespace weft::ui
