// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"
#include "engine/layers/layer_type.h"

#include <map>
#include <string>
#include <vector>

namespace weft {

enum class Severity { error, warning };

/// One thing that is wrong with a drawing.
struct Diagnostic {
    Severity severity = Severity::error;
    std::string code; ///< stable: `unwired`, `cycle`, `parameter`, `rank`, ...
    GraphId graph;
    CallId call;   ///< 0: about the graph or a model
    ModelId model; ///< set where it is about a model
    int port = -1;
    std::string parameter;
    std::string place;               ///< for a list: `dense_1`, `dense_1, input 2`, `model autoencoder`
    std::string message;             ///< one whole sentence
    std::vector<std::string> causes; ///< why, from near to far
    std::vector<FixHint> fixes;
};

struct CallInfo {
    bool sound = false; ///< all inputs known, no error on it
    std::vector<std::optional<TensorSpec>> inputs; ///< by port
    std::vector<TensorSpec> outputs;               ///< as far as known
    int outputPorts = 1;
    Cost cost;
    bool isView = false;
};

struct LayerInfo {
    std::vector<WeightSpec> weights;
    std::int64_t parameters = 0;          ///< all of them, nested models included
    std::int64_t trainableParameters = 0; ///< by the layer's switch and the weights' nature
    int calls = 0;
};

/// What can be known of one graph without running it.
struct Analysis {
    std::vector<Diagnostic> diagnostics;
    std::map<CallId, CallInfo> calls;
    std::map<LayerId, LayerInfo> layers;
    std::vector<CallId> order; ///< topological; calls on a cycle are not in it
    bool hasErrors() const;
};

/// The only validator: every mistake is reported, every shape that can be known is inferred. Never throws. Graphs that nested
/// models run are analysed too where they are needed; their diagnostics are reported under their own GraphId.
Analysis analyze(const Graphs& graphs, GraphId graph);

/// The same for all graphs, for `weft check` and the problems panel.
std::vector<Diagnostic> diagnose(const Graphs& graphs, GraphId root);

/// Carries out a fix on the graph that its diagnostic is about.
void applyFix(Graph& graph, IdSource& ids, const Diagnostic& diagnostic, const FixHint& fix);

} // namespace weft
