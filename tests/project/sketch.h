// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/random.h"
#include "engine/graph/edits.h"
#include "engine/model/analysis.h"
#include "engine/model/model.h"
#include "engine/project/nesting.h"
#include "engine/training/train.h"

#include <cmath>
#include <limits>

namespace weft::test {

/// Draws projects in a few words, gives them weights and asks their models.
struct Sketch {
    Project project = emptyProject();
    Trained trained;

    Graph& graph() { return project.rootGraph(); }

    CallId input(const std::string& name, std::vector<std::int64_t> shape) {
        return place(addLayer(graph(), project.ids, {"Input", name, {{"shape", Value(shape)}}, true, {}, {}}, 0));
    }
    CallId layer(const std::string& type, const std::string& name, ParamMap params, const std::vector<Source>& from) {
        return wired(addLayer(graph(), project.ids, {type, name, std::move(params), true, {}, {}}, static_cast<int>(from.size())), from);
    }
    CallId dense(const std::string& name, int units, Source from) { return layer("Dense", name, {{"units", units}, {"activation", "tanh"}}, {from}); }
    CallId again(CallId call, const std::vector<Source>& from) {
        return wired(addCall(graph(), project.ids, graph().call(call)->layer, static_cast<int>(from.size())), from);
    }
    ModelId define(const std::string& name, std::vector<CallId> inputs, std::vector<Source> outputs) {
        return defineModel(graph(), project.ids, {name, std::move(inputs), std::move(outputs)});
    }

    /// What is known of every output in a graph.
    std::map<Source, TensorSpec> specs(GraphId id) const {
        std::map<Source, TensorSpec> known;
        const Analysis analysis = analyze(project.graphs, id);
        for (const auto& [call, info] : analysis.calls) {
            for (std::size_t i = 0; i < info.outputs.size(); ++i) {
                known[{call, static_cast<int>(i)}] = info.outputs[i];
            }
        }
        return known;
    }

    CallId group(const std::set<CallId>& calls, GraphId id = {}) {
        id = id ? id : project.root;
        WeightChanges changes;
        const CallId call = groupCalls(project, id, calls, specs(id), changes).call;
        carry(changes, trained);
        return call;
    }
    std::set<CallId> ungroup(CallId call, GraphId id = {}) {
        WeightChanges changes;
        const std::set<CallId> out = weft::ungroup(project, id ? id : project.root, call, changes);
        carry(changes, trained);
        return out;
    }
    LayerId makeUnique(CallId call, GraphId id = {}) {
        WeightChanges changes;
        const LayerId layer = weft::makeUnique(project, id ? id : project.root, call, changes);
        carry(changes, trained);
        return layer;
    }

    void initialize(ModelId model) { weft::initialize(*Model::build(project.graphs, project.root, model), 11, trained.weights); }

    /// What a model of the root graph predicts for inputs that depend on their names alone. Throws Error where a weight is missing.
    std::vector<Tensor> predictions(ModelId id) const {
        const auto model = Model::build(project.graphs, project.root, id);
        std::map<std::string, Tensor> inputs;
        for (const Model::Port& port : model->inputs()) {
            Tensor values(port.spec.shape.withBatch(3));
            std::uint64_t seed = 5;
            for (const char c : port.name) {
                seed = seed * 31 + static_cast<unsigned char>(c);
            }
            const Random random(seed, 0);
            for (std::int64_t i = 0; i < values.size(); ++i) {
                values.data<float>()[i] = 2 * random.uniform(static_cast<std::uint64_t>(i)) - 1;
            }
            inputs.emplace(port.name, std::move(values));
        }
        return predict(*model, trained.weights, inputs, 3, 1);
    }

private:
    CallId place(CallId call) {
        project.layout[call] = {static_cast<double>(project.layout.size() % 4) * 200, static_cast<double>(project.layout.size()) * 60};
        return call;
    }
    CallId wired(CallId call, const std::vector<Source>& from) {
        for (std::size_t port = 0; port < from.size(); ++port) {
            connect(graph(), from[port], call, static_cast<int>(port));
        }
        return place(call);
    }
};

/// The largest difference of two predictions; infinite where they are of other shapes.
inline double difference(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
    constexpr double kInfinite = std::numeric_limits<double>::infinity();
    double largest = a.size() == b.size() ? 0 : kInfinite;
    for (std::size_t i = 0; i < a.size() && largest < kInfinite; ++i) {
        if (a[i].shape() != b[i].shape()) {
            return kInfinite;
        }
        for (std::int64_t k = 0; k < a[i].size(); ++k) {
            largest = std::max(largest, std::abs(a[i].at(k) - b[i].at(k)));
        }
    }
    return largest;
}

/// Equal but for the ids that were handed out.
inline bool sameWork(const Project& a, Project b) {
    b.ids = a.ids;
    return a == b;
}

/// What is wrong with the bookkeeping of a project that only edits touched: a sentence, or nothing.
inline std::string inconsistency(const Project& project) {
    std::set<std::uint64_t> ids;
    std::set<CallId> calls;
    std::string found;
    const auto claim = [&](std::uint64_t id) { found += ids.insert(id).second && id <= project.ids.last() ? "" : "an id is used twice; "; };
    for (const auto& [graphId, graph] : project.graphs) {
        claim(graphId.value);
        for (const auto& [id, layer] : graph.layers) {
            claim(id.value);
            found += graph.callsOf(id).empty() ? layer.name + " has no call; " : "";
            const auto inner = project.graphs.find(layer.graph);
            found += layer.graph && (inner == project.graphs.end() || !inner->second.model(layer.model)) ? layer.name + " runs no model; " : "";
        }
        for (const auto& [id, call] : graph.calls) {
            claim(id.value);
            calls.insert(id);
            found += graph.layer(call.layer) ? "" : "a call has no layer; ";
            for (const auto& input : call.inputs) {
                found += !input || graph.call(input->call) ? "" : "a wire comes from nowhere; ";
            }
        }
        for (const auto& [id, model] : graph.models) {
            claim(id.value);
            for (const Source& output : model.outputs) {
                found += graph.call(output.call) ? "" : "a model ends nowhere; ";
            }
        }
    }
    for (const auto& [call, at] : project.layout) {
        found += calls.contains(call) ? "" : "a box that is gone has a place; ";
    }
    return found;
}

} // namespace weft::test
