// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/id.h"
#include "engine/schema/value.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace weft {

/// A layer: owns weights, may be called any number of times. `type` names a record of the layer catalogue.
struct Layer {
    std::string type;
    std::string name; ///< unique in its graph
    ParamMap params;  ///< only what differs from the default need be there
    bool trainable = true;
    /// For a layer that is a model: the graph it runs, and the model over that graph. 0 otherwise.
    GraphId graph;
    ModelId model;
    friend bool operator==(const Layer&, const Layer&) = default;
};

/// One output of one call.
struct Source {
    CallId call;
    int output = 0;
    friend auto operator<=>(const Source&, const Source&) = default;
};

/// One call of a layer, one box on the canvas. `inputs` are its arguments by port; an empty one is a port without a wire.
struct Call {
    LayerId layer;
    std::vector<std::optional<Source>> inputs;
    friend bool operator==(const Call&, const Call&) = default;
};

/// A named model over the graph it stands in: from calls of Input layers to any outputs of calls.
struct ModelDef {
    std::string name;
    std::vector<CallId> inputs;
    std::vector<Source> outputs;
    bool isSequential = false; ///< came as Keras' Sequential, and is shown and written as one while it is a chain
    friend bool operator==(const ModelDef&, const ModelDef&) = default;
};

/// What the user drew. A plain value, cheap to copy, allowed to be wrong: `analyze` says what is wrong with it.
struct Graph {
    std::string name;
    std::map<LayerId, Layer> layers;
    std::map<CallId, Call> calls;
    std::map<ModelId, ModelDef> models;

    const Layer* layer(LayerId id) const;
    Layer* layer(LayerId id);
    const Call* call(CallId id) const;
    Call* call(CallId id);
    /// The layer that a call calls; null if either is not there.
    const Layer* layerOf(CallId id) const;
    Layer* layerOf(CallId id);
    const ModelDef* model(ModelId id) const;
    const ModelDef* modelNamed(std::string_view name) const;
    /// Calls of one layer, in the order of their ids.
    std::vector<CallId> callsOf(LayerId id) const;

    friend bool operator==(const Graph&, const Graph&) = default;
};

/// All graphs of a project: nested models name graphs by id.
using Graphs = std::map<GraphId, Graph>;

/// Hands out ids that were never used before in this project.
class IdSource {
public:
    explicit IdSource(std::uint64_t last = 0) : m_last(last) {}
    template <class Tag> Id<Tag> next() { return {++m_last}; }
    /// No id up to and including this one is handed out again.
    void reserve(std::uint64_t used) { m_last = used > m_last ? used : m_last; }
    std::uint64_t last() const { return m_last; }
    friend bool operator==(const IdSource&, const IdSource&) = default;

private:
    std::uint64_t m_last;
};

} // namespace weft
