// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/tensor/tensor.h"

namespace weft {

/// How a target and a prediction are laid side by side: as `values` rows of `width` numbers for each sample.
struct Pairing {
    std::int64_t values = 1;
    std::int64_t width = 1;
    std::string problem; ///< a whole sentence where they do not fit; empty: they do
};

/// Keras' `squeeze_or_expand_to_same_rank`: a last dimension of 1 that only one of the two has is dropped (or added to a rank of 1), so
/// that (n) meets (n, 1) and is never broadcast to (n, n). After that, shapes must be equal. A dimension of (batch) alone counts as width 1.
Pairing pairUp(const TensorSpec& target, const TensorSpec& prediction);

/// The same for a target of class numbers: (batch, ...) or (batch, ..., 1) for a prediction (batch, ..., classes).
Pairing pairClasses(const TensorSpec& target, const TensorSpec& prediction);

} // namespace weft
