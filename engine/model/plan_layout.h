// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/plan.h"

namespace weft {

/// Where a buffer lies. Shared buffers hold the whole batch; local ones hold one chunk and every worker has its own.
struct Buffer {
    std::size_t offset = 0; ///< bytes; from the arena's start, or from a worker's local block
    std::size_t rowBytes = 0;
    bool local = false;
    bool booked = false;
};

/// Everything about a plan that can be settled before it runs.
struct PlanLayout {
    std::int64_t chunkRows = 1;
    std::int64_t chunks = 1;
    std::vector<int> root;            ///< per value: the value whose memory it is (views share)
    std::vector<Buffer> values;       ///< per root value
    std::vector<Buffer> gradients;    ///< per root value; float
    std::vector<Buffer> outputGradients; ///< per model output: where the row hook writes
    std::vector<bool> outputGradientApart; ///< per model output: it has to be added to the value's gradient
    std::vector<Buffer> stashes;      ///< per node
    std::vector<std::size_t> weightGradients; ///< per weight: offset, or kNone
    std::vector<std::size_t> newWeights;      ///< per weight that is not trained by gradients and changes in training: offset, or kNone
    std::vector<std::size_t> statistics;      ///< per node that needs the whole batch: offset, or kNone
    std::vector<std::int64_t> statisticsParts; ///< per node; 0: needs no more than its rows
    /// First nodes of the runs of nodes that need no more than their rows; each but the first begins with one that needs the whole batch.
    std::vector<std::size_t> segments = {0};
    std::vector<std::vector<bool>> accumulate; ///< per node and input
    std::vector<bool> backward;       ///< per node: has gradients to compute
    std::size_t localOffset = 0, localBytes = 0;     ///< per worker
    std::size_t scratchOffset = 0, scratchBytes = 0; ///< per worker
    std::size_t bytes = 0;
    /// Weights that one layer owns, with the nodes that call it.
    struct WeightGroup {
        std::vector<int> nodes;
        std::vector<int> weights;
        std::int64_t parts = 1;
    };
    std::vector<WeightGroup> groups;

    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
};

/// True where the node does as in inference, whatever the plan does.
bool infers(const Model::Node& node, const PlanOptions& options);

PlanLayout layOut(const Model& model, const PlanOptions& options, int workers);

} // namespace weft
