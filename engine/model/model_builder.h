// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/analysis.h"
#include "engine/model/model.h"

namespace weft {

/// Inlines nested models into one list of nodes. Private to this folder.
class ModelBuilder {
public:
    /// `called`: specs that stand in for those of the model's Inputs. Leaves nodes without an op where sizes are open and `open` is set.
    ModelBuilder(const Graphs& graphs, Model& out, bool open, std::map<CallId, TensorSpec> called = {})
        : m_graphs(graphs), m_out(out), m_open(open), m_called(std::move(called)) {}

    /// The model must be sound.
    void build(GraphId graph, ModelId model);

private:
    /// Where in the nest of models a call stands.
    struct Place {
        std::vector<LayerId> layers;
        std::vector<CallId> calls;
        std::string path;                ///< "" or "encoder/"
        std::vector<std::int64_t> steps; ///< of the TimeDistributed around it, outermost first: rows of the inside are steps of the outside
        bool trainable = true;
    };
    /// A value on its way from call to call, with its mask (-1: none).
    struct Wire {
        int value = -1;
        int mask = -1;
    };

    int addValue(const TensorSpec& inner, const Place& place);
    Shape innerShape(int value, const Place& place) const;
    Place inside(const Place& place, LayerId id, const Layer& layer, CallId call, const CallInfo& info) const;
    Analysis analyzeInner(const Layer& layer, const CallInfo& info) const;
    void listWeights(GraphId graphId, const ModelDef& model, const Analysis& analysis, const Place& place);
    std::vector<Wire> inlineModel(GraphId graphId, const ModelDef& model, const Analysis& analysis, const std::vector<Wire>& inputs, const Place& place);
    std::vector<Wire> addModel(CallId id, const Layer& layer, const CallInfo& info, std::vector<Wire> arguments, const Place& place, LayerId layerId);
    std::vector<Wire> addNode(CallId id, const Layer& layer, const CallInfo& info, const LayerInfo& layerInfo, const std::vector<Wire>& arguments,
                              const Place& place, LayerId layerId);
    void addMasks(Model::Node& node, const Layer& layer, std::span<const TensorSpec> specs, const std::vector<Wire>& arguments, const Place& place,
                  std::vector<Wire>& results);
    void addStates(Model::Node& node, const std::vector<LayerId>& path);
    void nameOutputsApart();

    const Graphs& m_graphs;
    Model& m_out;
    bool m_open;
    std::map<CallId, TensorSpec> m_called;
    std::map<WeightKey, int> m_weightIndex;
    std::map<std::vector<LayerId>, std::vector<int>> m_statesOf; ///< by path of layers: calls of one layer share them
};

} // namespace weft
