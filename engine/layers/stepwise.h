// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/layer_type.h"

namespace weft::layers {

/// Of an op for which the steps of a sequence are no rows like any others: it works step by step, because it looks at all rows of a step at once.
class Stepwise {
public:
    virtual ~Stepwise() = default;
    /// The op for samples of `times` steps, each of which is treated by itself.
    virtual std::shared_ptr<const LayerOp> overSteps(std::int64_t times) const = 0;
};

} // namespace weft::layers
