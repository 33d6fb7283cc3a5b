// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"
#include "engine/layers/layer_type.h"
#include "engine/model/weights.h"

#include <memory>
#include <mutex>
#include <optional>
#include <span>

namespace weft {

/// A sound graph made runnable: immutable ops in order, nested models inlined, every weight named. Weights themselves are apart,
/// so that several models can run over the same ones.
class Model : public std::enable_shared_from_this<Model> {
public:
    struct Weight {
        WeightKey key;
        std::string path; ///< Keras': `encoder/conv2d/kernel`
        WeightSpec spec;
        bool trainable = true; ///< by its nature and by every `trainable` switch around it
        LayerId layer;         ///< innermost
    };
    struct Port {
        std::string name;
        TensorSpec spec; ///< batch unknown
        int value = -1;
        int mask = -1; ///< value that is its mask, as its layers made it; -1: none
    };
    /// What a stateful layer remembers from batch to batch. Calls of one layer share it.
    struct State {
        std::string path; ///< of the layer
        std::int64_t size = 0; ///< per sample
    };
    /// One call, flat.
    struct Node {
        std::shared_ptr<const LayerOp> op;
        const LayerType* type = nullptr;
        std::string path;       ///< layer names from outside in: `encoder/conv2d`
        CallId call;            ///< in its own graph
        std::vector<CallId> callPath; ///< calls of nested models around it, outermost first
        LayerId layer;
        std::vector<int> inputs;  ///< values
        std::vector<int> outputs; ///< values
        std::vector<int> weights; ///< indices into weights()
        std::vector<int> states;  ///< indices into states()
        std::vector<int> inputMasks;  ///< by input: value, or -1
        std::vector<int> outputMasks; ///< by output: value that the op writes, or -1
        bool trainable = true;
        bool isView = false;
        std::uint64_t stream = 0; ///< of its random numbers; differs per call
        Cost cost;
    };

    /// Throws Error with the first diagnostic where the model is not sound.
    static std::shared_ptr<const Model> build(const Graphs& graphs, GraphId graph, ModelId model);

    const std::string& name() const { return m_name; }
    const std::vector<Port>& inputs() const { return m_inputs; }
    const std::vector<Port>& outputs() const { return m_outputs; }
    const std::vector<Node>& nodes() const { return m_nodes; }
    const std::vector<State>& states() const { return m_states; }
    /// Rows that every batch must have, where an Input fixes it; kUnknown: any.
    std::int64_t fixedBatch() const { return m_fixedBatch; }
    /// True where a dimension of an input, batch apart, is open: nodes have no op then, and `at` gives the model that can run.
    bool isOpen() const { return m_graphs != nullptr; }
    /// This model for inputs of these shapes (batch included, not looked at), weights in the same order; itself where it is not open.
    /// Made once and kept, up to a number. Throws Error where a shape does not fit or a layer cannot work on it. Any thread.
    std::shared_ptr<const Model> at(std::span<const Shape> inputs) const;
    const std::vector<Weight>& weights() const { return m_weights; }
    /// Spec of value `i`; dimension 0 unknown.
    const std::vector<TensorSpec>& values() const { return m_values; }
    std::int64_t parameters() const;
    std::int64_t trainableParameters() const;
    Cost cost() const;

private:
    friend class ModelBuilder;
    std::string m_name;
    std::vector<Port> m_inputs, m_outputs;
    std::vector<Node> m_nodes;
    std::vector<Weight> m_weights;
    std::vector<TensorSpec> m_values;
    std::vector<State> m_states;
    std::int64_t m_fixedBatch = kUnknown;
    // Of an open model:
    std::shared_ptr<const Graphs> m_graphs;
    GraphId m_graph;
    ModelId m_model;
    mutable std::mutex m_mutex;
    mutable std::map<std::vector<std::vector<std::int64_t>>, std::shared_ptr<const Model>> m_at;
};

/// True where data of shape `got` can go where `expected` is asked for: the batch is not looked at, an open size takes any.
bool acceptsShape(const Shape& expected, const Shape& got);

/// The first code of an input's data, rows after one another, that a layer wired to the input (an Embedding) does not know.
struct UnknownCode {
    std::int64_t row = 0; ///< of the data
    std::string problem;  ///< a whole sentence
};
std::optional<UnknownCode> unknownCode(const Model& model, std::size_t input, const void* data, std::int64_t rows);

/// New numbers for every weight of the model that `weights` lacks or holds in another shape; the rest stays. Returns the paths of
/// weights that were there in another shape. Deterministic by seed and weight path.
std::vector<std::string> initialize(const Model& model, std::uint64_t seed, Weights& weights);

} // namespace weft
