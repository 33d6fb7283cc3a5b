// SPDX-License-Identifier: Apache-2.0
#include "engine/training/rows.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

#include <cmath>

namespace weft {

TrainingRows splitRows(const TrainingConfig& config, const Dataset& data) {
    if (data.trainRows <= 0) {
        throw Error("The data have no rows to train on.");
    }
    if (!(config.validationSplit >= 0 && config.validationSplit < 1)) {
        throw Error(cat("The validation split must be in [0, 1); it is ", shortest(config.validationSplit), "."));
    }
    if (config.validationSplit == 0) {
        return {data.trainRows, 0, data.trainRows};
    }
    const auto kept = static_cast<std::int64_t>(std::floor(static_cast<double>(data.trainRows) * (1.0 - config.validationSplit)));
    if (kept == 0 || kept == data.trainRows) {
        throw Error(cat("A validation split of ", shortest(config.validationSplit), " of ", data.trainRows, " rows leaves ", kept, " to train on and ",
                        data.trainRows - kept, " to validate on; both need at least one."));
    }
    return {kept, data.trainRows - kept, kept};
}

} // namespace weft
