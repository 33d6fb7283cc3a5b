// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/support.h"

namespace weft::layers {

/// Drops numbers in training. `noise` is the shape, batch included, of the pattern of dropped numbers, where one of them stands for several:
/// sizes are 1 or those of `in`. `oneForAll`: one pattern for all samples of a batch.
std::shared_ptr<const LayerOp> dropoutOp(const Shape& in, double rate, std::optional<std::int64_t> seed, const std::optional<Shape>& noise = {},
                                         bool oneForAll = false);

} // namespace weft::layers
