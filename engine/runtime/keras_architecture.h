// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"
#include "engine/runtime/keras_object.h"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace weft {

/// What an architecture holds, as graphs of their own.
struct ReadModel {
    Graphs graphs;
    GraphId root;
    ModelId model; ///< in the root graph
    IdSource ids;  ///< beyond every id in `graphs`
};

/// Reads what Keras 3's `model.to_json()` gives: Functional and Sequential models, nested ones each as a graph of its own that a
/// Model layer names, shared layers as several calls. Layers and calls get ids in the order of the file. Untrusted input: throws
/// UnknownType where something is not in a catalogue, Error on everything malformed. `what` names the text in the sentences.
ReadModel readArchitecture(const nlohmann::json& json, std::string_view what);

/// The same the other way round, such that Keras can build the model from it. Only what the model needs is written, in Keras' own order
/// of layers. Throws Error where the model is not sound.
nlohmann::json writeArchitecture(const Graphs& graphs, GraphId graph, ModelId model);

} // namespace weft
