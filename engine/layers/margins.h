// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/sampling.h"

namespace weft::layers {

/// Keras' `((top, bottom), (left, right))`, and its shorter forms `n` and `(rows, columns)`, under `key` of a config, as four numbers.
ParamMap flatMargins(ParamMap config, const std::string& key);
/// The other way round.
ParamMap nestedMargins(ParamMap params, const std::string& key);

} // namespace weft::layers
