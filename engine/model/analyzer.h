// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/analysis.h"

#include <set>

namespace weft {

/// What a nested model makes of the specs it is called on.
struct NestedInference {
    std::vector<TensorSpec> outputs;
    std::int64_t parameters = 0;
    std::int64_t trainableParameters = 0;
    Cost cost;
    bool sound = false;
};

/// One step of a sequence: the spec without dimension 1.
TensorSpec stepOf(const TensorSpec& sequence);

/// One analysis of one graph, and of those nested in it. Private to this folder.
class Analyzer {
public:
    /// `around`: graphs that this one is nested in, to notice recursion.
    Analyzer(const Graphs& graphs, GraphId graph, std::set<GraphId> around = {});
    /// `called`: specs that stand in for those of Input layers, where the graph is run as a nested model.
    Analysis run(const std::map<CallId, TensorSpec>& called = {});

private:
    void checkNames();
    void checkCycles();
    void checkModels();
    void visit(CallId id, const std::map<CallId, TensorSpec>& called);
    bool checkParameters(CallId id, const Layer& layer, const LayerType& type);
    bool gatherInputs(CallId id, const LayerType* type, int minimum, int maximum, const std::vector<std::string>& names, CallInfo& info);
    void infer(CallId id, const Layer& layer, const LayerType& type, CallInfo& info);
    void callModel(CallId id, const Layer& layer, const LayerType& type, CallInfo& info);
    bool checkSteps(CallId id, const Layer& layer, const CallInfo& info);
    void keepWeights(CallId id, const Layer& layer, std::vector<WeightSpec> weights);
    Diagnostic& report(CallId id, std::string code, std::string message, int port = -1);
    std::vector<std::string> causesOf(CallId id, int port) const;
    std::string nameOf(CallId id) const;

    const Graphs& m_graphs;
    GraphId m_id;
    const Graph& m_graph;
    std::set<GraphId> m_around;
    Analysis m_out;
};

} // namespace weft
