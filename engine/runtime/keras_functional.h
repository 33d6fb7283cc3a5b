// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/layer_type.h"
#include "engine/runtime/keras_masks.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <optional>
#include <vector>

/// Reading the calls of a Functional model. For the sources of engine/runtime only.
namespace weft::keras {

/// One entry of a Functional model's `layers`. The layer itself is in the graph.
struct Entry {
    std::string name;
    LayerId layer;                         ///< 0: computes masks only, which layers here do by themselves
    const LayerType* type = nullptr;       ///< null with it
    const nlohmann::json* nodes = nullptr; ///< its calls
    std::string step;                      ///< with it: the operation
    bool isOperation = false;              ///< a layer that stands for one of Keras' operations on tensors
    bool countsItself = false;             ///< a Functional model: as an output, and only there, its own graph is its call 0
    int outputs = -1;                      ///< of a nested model; -1: the layer's inference will tell
};

/// Makes the calls of a Functional model: each as soon as all its inputs are there, every layer's in their order.
class CallReader {
public:
    /// `where` begins the sentences.
    CallReader(Graph& graph, IdSource& ids, std::string where, std::vector<Entry> entries);

    void makeCalls();
    /// Of `input_layers` and `output_layers`, when the calls are made.
    std::vector<CallId> inputs(const nlohmann::json& json) const;
    std::vector<Source> outputs(const nlohmann::json& json) const;
    std::vector<GivenMask> givenMasks() const;

private:
    /// `keras_history`: output `tensor` of call `node` of an entry.
    struct History {
        std::size_t entry = 0;
        std::size_t node = 0;
        int tensor = 0;
    };
    /// An argument: a tensor with the number of its dimensions, or a constant.
    struct Argument {
        std::optional<History> tensor;
        std::size_t rank = 0;
        const nlohmann::json* constant = nullptr;
    };
    struct Progress {
        std::size_t next = 0; ///< of the nodes
        std::vector<CallId> calls;
    };
    struct Pending {
        CallId call;
        History mask;
        std::string place;
    };

    const nlohmann::json& nodeOf(std::size_t entry, std::size_t node) const;
    std::string placeOf(std::size_t entry, std::size_t node) const;
    bool advance(std::size_t entry);
    std::vector<std::optional<History>> portsOf(std::size_t entry, std::size_t node, std::optional<History>& mask) const;
    void gather(const nlohmann::json& json, const std::string& place, std::vector<Argument>& out) const;
    std::vector<History> tensorsOf(const nlohmann::json& json, const std::string& place, bool oneRank) const;
    History historyOf(const nlohmann::json& json, const std::string& place) const;
    std::vector<History> endsOf(const nlohmann::json& json, const std::string& place) const;
    Source sourceOf(const History& history, const std::string& place) const;
    GivenMask traced(const Pending& pending) const;

    Graph& m_graph;
    IdSource& m_ids;
    std::string m_where;
    std::vector<Entry> m_entries;
    std::map<std::string, std::size_t, std::less<>> m_byName;
    std::vector<Progress> m_progress;
    /// Entries that cannot go on before call `second` of entry `first` is there.
    std::map<std::pair<std::size_t, std::size_t>, std::vector<std::size_t>> m_waiting;
    std::vector<Pending> m_masks;
};

} // namespace weft::keras
