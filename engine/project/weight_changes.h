// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/weights.h"
#include "engine/project/trained.h"

#include <vector>

namespace weft {

/// Where an edit of the drawing carries weights: wherever the layers `from` follow one another in a key's path, `to` stand in their place
/// afterwards. A layer that comes into a sub-model has `from` {layer}, `to` {sub-model, layer}.
struct WeightMove {
    std::vector<LayerId> from, to;
    bool copies = false; ///< what was there stays too; what is there already at `to` is kept
};

/// What an edit of the drawing does to what training made, so that no edit loses a weight.
struct WeightChanges {
    std::vector<WeightMove> moves; ///< in this order
    Weights added;                 ///< come with layers from elsewhere
    bool empty() const { return moves.empty() && added.empty(); }
};

/// Weights and optimizers' slots go with the drawing.
void carry(const WeightChanges& changes, Trained& trained);
/// The other way round. What was copied or added stays, under layers that nothing shows any more, and is there again after `carry`.
void carryBack(const WeightChanges& changes, Trained& trained);

} // namespace weft
