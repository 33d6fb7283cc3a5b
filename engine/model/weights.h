// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/id.h"
#include "engine/tensor/tensor.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace weft {

/// Names a weight for good: the layers from the root graph inwards, then the weight's own name.
struct WeightKey {
    std::vector<LayerId> path;
    std::string name;
    friend auto operator<=>(const WeightKey&, const WeightKey&) = default;
    friend bool operator==(const WeightKey&, const WeightKey&) = default;
};

/// Weights of a project, of all its models together: models over one graph share what they share. Tensors are immutable and shared, so
/// a copy of the whole is cheap and safe to hand to another thread.
using Weights = std::map<WeightKey, std::shared_ptr<const Tensor>>;

/// State of one model's training that a resumed run needs.
struct OptimizerState {
    std::int64_t iteration = 0; ///< batches done; updates done, unless gradients are accumulated
    std::int64_t epoch = 0;     ///< epochs done
    std::int64_t batch = 0;     ///< batches done in the epoch after those, where it was stopped inside one
    std::string type;           ///< optimizer that the slots belong to; slots of another are of no use
    /// Per weight, by slot name.
    std::map<WeightKey, std::map<std::string, std::shared_ptr<const Tensor>>> slots;
};

} // namespace weft
