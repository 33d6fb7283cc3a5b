// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/data/dataset.h"

namespace weft::ui {

/// All that a dataset is made of.
struct DataOrigin {
    DataSpec spec; ///< without what only tells files apart: paths, sizes, sums
    std::vector<std::pair<std::filesystem::path, std::filesystem::file_time_type>> files;
    friend bool operator==(const DataOrigin&, const DataOrigin&) = default;
};
/// As things stand now. Throws Error as `locate` does.
DataOrigin originOf(const DataSpec& spec, const DataPlaces& places);

/// A dataset with its origin, so that it is read again only where something of that is another.
struct LoadedData {
    DataOrigin origin;
    std::shared_ptr<const Dataset> data; ///< empty where reading was stopped
    std::string hash;                    ///< of the files' contents, for the runs that are made with them
};

/// `known`, if it still is what reading would give; else read anew. Throws Error as loadDataset does. For any thread.
std::shared_ptr<const LoadedData> loadData(const DataSpec& spec, const DataPlaces& places, const std::shared_ptr<const LoadedData>& known,
                                           const std::stop_token& stop, const std::function<void(double)>& progress);

} // namespace weft::ui
