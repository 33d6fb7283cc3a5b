// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/data/data_spec.h"
#include "engine/tensor/tensor.h"

namespace weft {

/// Rows of one file by part.
struct SplitRows {
    std::vector<std::int64_t> train;
    std::vector<std::int64_t> test;
};

/// Splits `rows` rows by a kind other than `separate`. `classes`: the raw numbers of the column `by`, for the kind `stratified`.
/// The same seed gives the same split. Parts that are chosen at random come in random order, so that a validation part taken from
/// the end of the training rows is like the rest. Throws Error where a part would have no rows.
SplitRows splitRows(const DataSplit& split, std::int64_t rows, const Tensor* classes);

} // namespace weft
