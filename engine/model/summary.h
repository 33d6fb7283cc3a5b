// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weft {

/// What Keras' `model.summary()` tells of a model.
struct SummaryTable {
    struct Row {
        int level = 0;    ///< 0; 1 for a layer of a nested model, 2 within that, ...
        std::string name; ///< of the layer
        std::string type; ///< Keras' class
        /// Of the layer's last call: `(None, 64)`, `[(None, 3), (None, 3)]` for several outputs, `?` where it is not known.
        std::string outputShape;
        std::int64_t parameters = 0;
        std::vector<std::string> connectedTo; ///< `dense[0][0]`: layer, call, output; empty in a chain and within nested models
    };
    std::string model;
    bool isChain = false; ///< no branch, no merge, no shared layer: Keras then leaves out "Connected to"
    std::vector<Row> rows;
    std::int64_t parameters = 0;
    std::int64_t trainableParameters = 0;
};

/// `nested`: also the layers of nested models (Keras' `expand_nested`). Never throws on a drawing that is wrong: what is unknown is `?`.
SummaryTable summaryTable(const Graphs& graphs, GraphId graph, ModelId model, bool nested);

/// The table as text, as Keras 3 draws it. `width` 0: Keras' own, 88 columns for a chain and 108 otherwise; columns grow where
/// a name or shape needs more, so that nothing is cut.
std::string summaryText(const SummaryTable& table, int width = 0);
std::string summaryText(const Graphs& graphs, GraphId graph, ModelId model, bool nested, int width = 0);

/// A size of memory in Keras' words: `215.04 KB`.
std::string memoryText(std::int64_t bytes);

} // namespace weft
