// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/train.h"

namespace weft {

/// Training rows, in file order, cut as Keras' validation_split cuts them: the last part is for validation.
struct TrainingRows {
    std::int64_t training = 0;        ///< rows 0..training-1
    std::int64_t validation = 0;      ///< this many rows ...
    std::int64_t firstValidation = 0; ///< ... from this one on
};
/// Throws Error where nothing would be left to train on, or nothing to validate on.
TrainingRows splitRows(const TrainingConfig& config, const Dataset& data);

} // namespace weft
