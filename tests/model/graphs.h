// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/random.h"
#include "engine/graph/edits.h"
#include "engine/model/model.h"
#include "engine/model/plan.h"

namespace weft::test {

/// Draws graphs in a few words.
class Drawing {
public:
    Drawing();

    Graph& graph() { return graphs.at(root); }
    CallId input(const std::string& name, std::vector<std::int64_t> shape);
    CallId layer(const std::string& type, const std::string& name, ParamMap params, const std::vector<Source>& from);
    CallId again(CallId call, const std::vector<Source>& from);
    CallId model(const std::string& name, GraphId graph, ModelId model, const std::vector<Source>& from);
    ModelId define(const std::string& name, std::vector<CallId> inputs, const std::vector<CallId>& outputs);
    /// A new graph that becomes the one drawn on; returns the one before.
    GraphId enterNewGraph();

    Graphs graphs;
    GraphId root;
    IdSource ids;

private:
    CallId wired(CallId call, const std::vector<Source>& from);
};

/// A model with weights, ready to run on `threads` threads.
struct Runnable {
    Runnable(const Drawing& drawing, ModelId model, std::int64_t batch, bool training, int threads = 1);

    void setInput(std::size_t i, std::uint64_t seed);
    std::vector<float> output(std::size_t i = 0);
    std::vector<const float*> pointers() const;
    /// L = sum of cotangent * output, the cotangents being random numbers of `seed`; gradients are left in the plan.
    double lossAndGradients(std::uint64_t seed);
    double loss(std::uint64_t seed);
    std::vector<float> weightGradient(std::size_t weight);

    std::shared_ptr<const Model> model;
    Weights weights;
    ThreadPool pool;
    Plan plan;
};

} // namespace weft::test
