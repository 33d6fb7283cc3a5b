// SPDX-License-Identifier: Apache-2.0
#include "engine/model/model.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/model/analyzer.h"
#include "engine/model/model_order.h"

#include <algorithm>

namespace weft {
namespace {

/// FNV-1a over numbers: a stream of random numbers for each call that no edit elsewhere in the graph changes.
std::uint64_t streamOf(const std::vector<CallId>& path, CallId call) {
    std::uint64_t hash = 14695981039346656037ULL;
    const auto mix = [&](std::uint64_t v) {
        for (int i = 0; i < 8; ++i) {
            hash = (hash ^ ((v >> (8 * i)) & 0xff)) * 1099511628211ULL;
        }
    };
    for (const CallId id : path) {
        mix(id.value);
    }
    mix(call.value);
    return hash;
}

} // namespace

/// Inlines nested models into one list of nodes.
class ModelBuilder {
public:
    ModelBuilder(const Graphs& graphs, Model& out) : m_graphs(graphs), m_out(out) {}

    void build(GraphId graphId, ModelId modelId) {
        const Graph& graph = m_graphs.at(graphId);
        const ModelDef& model = *graph.model(modelId);
        m_out.m_name = model.name;
        Place place;
        std::map<CallId, TensorSpec> called;
        const Analysis analysis = analyze(m_graphs, graphId);
        std::vector<int> inputs;
        for (const CallId input : model.inputs) {
            const TensorSpec spec = analysis.calls.at(input).outputs.at(0);
            inputs.push_back(addValue(spec));
            m_out.m_inputs.push_back({graph.layerOf(input)->name, spec, inputs.back()});
        }
        listWeights(graphId, model, analysis, place, true);
        const std::vector<int> outputs = inlineModel(graphId, model, analysis, inputs, place, true);
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const auto value = static_cast<std::size_t>(outputs[i]);
            m_out.m_outputs.push_back({graph.layerOf(model.outputs[i].call)->name, m_out.m_values[value], outputs[i]});
        }
        nameOutputsApart();
    }

private:
    struct Place {
        std::vector<LayerId> layers;
        std::vector<CallId> calls;
        std::string path; ///< "" or "encoder/"
    };

    int addValue(const TensorSpec& spec) {
        m_out.m_values.push_back({spec.shape.withBatch(kUnknown), spec.dtype});
        return static_cast<int>(m_out.m_values.size()) - 1;
    }

    Place inside(const Place& place, LayerId layer, const std::string& name, CallId call) const {
        Place in = place;
        in.layers.push_back(layer);
        in.calls.push_back(call);
        in.path += name + "/";
        return in;
    }

    /// Inner shapes are those of this call: what comes in stands in for the Inputs' shapes.
    Analysis analyzeInner(const Layer& layer, const CallInfo& info) const {
        const ModelDef& model = *m_graphs.at(layer.graph).model(layer.model);
        std::map<CallId, TensorSpec> called;
        for (std::size_t i = 0; i < model.inputs.size(); ++i) {
            called[model.inputs[i]] = *info.inputs[i];
        }
        return Analyzer(m_graphs, layer.graph).run(called);
    }

    /// Weights stand in the order of Keras' `model.weights`: layer by layer in Keras' order, nested models in place.
    void listWeights(GraphId graphId, const ModelDef& model, const Analysis& analysis, const Place& place, bool trainable) {
        const Graph& graph = m_graphs.at(graphId);
        for (const LayerId id : layersInKerasOrder(graph, model)) {
            const Layer& layer = *graph.layer(id);
            if (layer.graph) {
                const CallId call = firstCall(graph, model, id);
                const Graph& innerGraph = m_graphs.at(layer.graph);
                listWeights(layer.graph, *innerGraph.model(layer.model), analyzeInner(layer, analysis.calls.at(call)), inside(place, id, layer.name, call),
                            trainable && layer.trainable);
                continue;
            }
            const auto info = analysis.layers.find(id);
            if (info == analysis.layers.end()) {
                continue;
            }
            for (const WeightSpec& spec : info->second.weights) {
                Model::Weight weight;
                weight.key = {place.layers, spec.name};
                weight.key.path.push_back(id);
                weight.path = cat(place.path, layer.name, "/", spec.name);
                weight.spec = spec;
                weight.trainable = trainable && layer.trainable && spec.trainable;
                weight.layer = id;
                m_weightIndex.emplace(weight.key, static_cast<int>(m_out.m_weights.size()));
                m_out.m_weights.push_back(std::move(weight));
            }
        }
    }

    static CallId firstCall(const Graph& graph, const ModelDef& model, LayerId layer) {
        const auto used = callsOfModel(graph, model);
        for (const CallId call : graph.callsOf(layer)) {
            if (used.contains(call)) {
                return call;
            }
        }
        return {};
    }

    std::vector<int> inlineModel(GraphId graphId, const ModelDef& model, const Analysis& analysis, const std::vector<int>& inputs, const Place& place,
                                 bool trainable) {
        const Graph& graph = m_graphs.at(graphId);
        const std::set<CallId> used = callsOfModel(graph, model);
        std::map<Source, int> values;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            values[{model.inputs[i], 0}] = inputs[i];
        }
        for (const CallId id : analysis.order) {
            if (!used.contains(id) || values.contains({id, 0})) {
                continue;
            }
            const Call& call = *graph.call(id);
            const Layer& layer = *graph.layer(call.layer);
            std::vector<int> arguments;
            for (const auto& input : call.inputs) {
                arguments.push_back(values.at(*input));
            }
            std::vector<int> results;
            if (layer.graph) {
                const Graph& innerGraph = m_graphs.at(layer.graph);
                results = inlineModel(layer.graph, *innerGraph.model(layer.model), analyzeInner(layer, analysis.calls.at(id)), arguments,
                                      inside(place, call.layer, layer.name, id), trainable && layer.trainable);
            } else {
                results = addNode(id, layer, analysis.calls.at(id), analysis.layers.at(call.layer), arguments, place, call.layer, trainable && layer.trainable);
            }
            for (std::size_t i = 0; i < results.size(); ++i) {
                values[{id, static_cast<int>(i)}] = results[i];
            }
        }
        std::vector<int> outputs;
        for (const Source& output : model.outputs) {
            outputs.push_back(values.at(output));
        }
        return outputs;
    }

    std::vector<int> addNode(CallId id, const Layer& layer, const CallInfo& info, const LayerInfo& layerInfo, const std::vector<int>& arguments,
                             const Place& place, LayerId layerId, bool trainable) {
        Model::Node node;
        std::vector<TensorSpec> specs;
        for (const int value : arguments) {
            specs.push_back(m_out.m_values[static_cast<std::size_t>(value)]);
            if (!specs.back().shape.withoutBatch().isKnown()) {
                throw Error(cat("\"", place.path, layer.name, "\" gets a tensor of shape ", specs.back().shape.text(),
                                "; give the Input layers before it a fixed shape to run the model."));
            }
        }
        node.type = findLayerType(layer.type);
        node.op = node.type->build(layer.params, specs);
        node.path = place.path + layer.name;
        node.call = id;
        node.callPath = place.calls;
        node.layer = layerId;
        node.inputs = arguments;
        node.trainable = trainable;
        node.isView = info.isView;
        node.stream = streamOf(place.calls, id);
        node.cost = info.cost;
        for (const TensorSpec& output : info.outputs) {
            node.outputs.push_back(addValue(output));
        }
        for (const WeightSpec& weight : layerInfo.weights) {
            WeightKey key{place.layers, weight.name};
            key.path.push_back(layerId);
            node.weights.push_back(m_weightIndex.at(key));
        }
        m_out.m_nodes.push_back(node);
        return node.outputs;
    }

    /// Two outputs of one layer would carry one name; Keras numbers the later ones.
    void nameOutputsApart() {
        std::map<std::string, int> seen;
        for (Model::Port& port : m_out.m_outputs) {
            if (const int count = seen[port.name]++; count > 0) {
                port.name += cat("_", count);
            }
        }
    }

    const Graphs& m_graphs;
    Model& m_out;
    std::map<WeightKey, int> m_weightIndex;
};

std::shared_ptr<const Model> Model::build(const Graphs& graphs, GraphId graphId, ModelId modelId) {
    const auto graph = graphs.find(graphId);
    const ModelDef* def = graph == graphs.end() ? nullptr : graph->second.model(modelId);
    if (!def) {
        throw Error("There is no such model in this project.");
    }
    const Analysis analysis = analyze(graphs, graphId);
    const std::set<CallId> used = callsOfModel(graph->second, *def);
    for (const Diagnostic& d : analysis.diagnostics) {
        const bool concerns = d.model ? d.model == modelId : used.contains(d.call);
        if (d.severity == Severity::error && concerns) {
            throw Error(cat("The model \"", def->name, "\" cannot run: ", d.place, ": ", d.message));
        }
    }
    for (const CallId call : used) {
        // Upstream of a cycle or of a box outside the model, already said there.
        if (!analysis.calls.at(call).sound) {
            throw Error(cat("The model \"", def->name, "\" cannot run: the shapes at ", graph->second.layerOf(call)->name, " are not known."));
        }
    }
    auto model = std::make_shared<Model>();
    ModelBuilder(graphs, *model).build(graphId, modelId);
    return model;
}

std::int64_t Model::parameters() const {
    std::int64_t count = 0;
    for (const Weight& weight : m_weights) {
        count += weight.spec.shape.count();
    }
    return count;
}

std::int64_t Model::trainableParameters() const {
    std::int64_t count = 0;
    for (const Weight& weight : m_weights) {
        count += weight.trainable ? weight.spec.shape.count() : 0;
    }
    return count;
}

Cost Model::cost() const {
    Cost total;
    for (const Node& node : m_nodes) {
        total.multiplyAdds += node.cost.multiplyAdds;
    }
    return total;
}

} // namespace weft
