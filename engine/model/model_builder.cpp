// SPDX-License-Identifier: Apache-2.0
#include "engine/model/model_builder.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/layers/support.h"
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

CallId firstCall(const Graph& graph, const ModelDef& model, LayerId layer) {
    const auto used = callsOfModel(graph, model);
    for (const CallId call : graph.callsOf(layer)) {
        if (used.contains(call)) {
            return call;
        }
    }
    return {};
}

TensorSpec withoutBatch(const TensorSpec& spec) { return {spec.shape.withBatch(kUnknown), spec.dtype}; }

} // namespace

void ModelBuilder::build(GraphId graphId, ModelId modelId) {
    const Graph& graph = m_graphs.at(graphId);
    const ModelDef& model = *graph.model(modelId);
    m_out.m_name = model.name;
    const Analysis analysis = Analyzer(m_graphs, graphId).run(m_called);
    std::vector<Wire> inputs;
    for (const CallId input : model.inputs) {
        const TensorSpec& spec = analysis.calls.at(input).outputs.at(0);
        inputs.push_back({addValue(spec, {}), -1});
        m_out.m_inputs.push_back({graph.layerOf(input)->name, withoutBatch(spec), inputs.back().value, -1});
        if (spec.shape[0] == kUnknown) {
            continue;
        }
        if (m_out.m_fixedBatch != kUnknown && m_out.m_fixedBatch != spec.shape[0]) {
            throw Error(cat("The model \"", model.name, "\" has inputs with batch sizes ", m_out.m_fixedBatch, " and ", spec.shape[0], "; they must be the same."));
        }
        m_out.m_fixedBatch = spec.shape[0];
    }
    listWeights(graphId, model, analysis, {});
    const std::vector<Wire> outputs = inlineModel(graphId, model, analysis, inputs, {});
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto value = static_cast<std::size_t>(outputs[i].value);
        m_out.m_outputs.push_back({graph.layerOf(model.outputs[i].call)->name, m_out.m_values[value], outputs[i].value, outputs[i].mask});
    }
    nameOutputsApart();
}

/// A row of the inside is a step of the outside, so the sizes of the sequences around come first.
int ModelBuilder::addValue(const TensorSpec& inner, const Place& place) {
    std::vector<std::int64_t> dims = {kUnknown};
    dims.insert(dims.end(), place.steps.begin(), place.steps.end());
    dims.insert(dims.end(), inner.shape.dims().begin() + 1, inner.shape.dims().end());
    m_out.m_values.push_back({Shape(std::move(dims)), inner.dtype});
    return static_cast<int>(m_out.m_values.size()) - 1;
}

Shape ModelBuilder::innerShape(int value, const Place& place) const {
    std::vector<std::int64_t> dims = m_out.m_values[static_cast<std::size_t>(value)].shape.dims();
    dims.erase(dims.begin() + 1, dims.begin() + 1 + static_cast<std::ptrdiff_t>(place.steps.size()));
    return Shape(std::move(dims));
}

ModelBuilder::Place ModelBuilder::inside(const Place& place, LayerId id, const Layer& layer, CallId call, const CallInfo& info) const {
    Place in = place;
    in.layers.push_back(id);
    in.calls.push_back(call);
    in.path += layer.name + "/";
    in.trainable = place.trainable && layer.trainable;
    if (findLayerType(layer.type)->foldsTime) {
        in.steps.push_back(info.inputs[0]->shape[1]);
    }
    return in;
}

/// Inner shapes are those of this call: what comes in stands in for the Inputs' shapes.
Analysis ModelBuilder::analyzeInner(const Layer& layer, const CallInfo& info) const {
    const bool folds = findLayerType(layer.type)->foldsTime;
    const ModelDef& model = *m_graphs.at(layer.graph).model(layer.model);
    std::map<CallId, TensorSpec> called;
    for (std::size_t i = 0; i < model.inputs.size(); ++i) {
        called[model.inputs[i]] = folds ? stepOf(*info.inputs[i]) : *info.inputs[i];
    }
    return Analyzer(m_graphs, layer.graph).run(called);
}

/// Weights stand in the order of Keras' `model.weights`: layer by layer in Keras' order, nested models in place.
void ModelBuilder::listWeights(GraphId graphId, const ModelDef& model, const Analysis& analysis, const Place& place) {
    const Graph& graph = m_graphs.at(graphId);
    for (const LayerId id : layersInKerasOrder(graph, model)) {
        const Layer& layer = *graph.layer(id);
        if (layer.graph) {
            const CallId call = firstCall(graph, model, id);
            const CallInfo& info = analysis.calls.at(call);
            listWeights(layer.graph, *m_graphs.at(layer.graph).model(layer.model), analyzeInner(layer, info), inside(place, id, layer, call, info));
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
            weight.trainable = place.trainable && layer.trainable && spec.trainable;
            weight.layer = id;
            m_weightIndex.emplace(weight.key, static_cast<int>(m_out.m_weights.size()));
            m_out.m_weights.push_back(std::move(weight));
        }
    }
}

std::vector<ModelBuilder::Wire> ModelBuilder::inlineModel(GraphId graphId, const ModelDef& model, const Analysis& analysis,
                                                          const std::vector<Wire>& inputs, const Place& place) {
    const Graph& graph = m_graphs.at(graphId);
    const std::set<CallId> used = callsOfModel(graph, model);
    std::map<Source, Wire> wires;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        wires[{model.inputs[i], 0}] = inputs[i];
    }
    for (const CallId id : analysis.order) {
        if (!used.contains(id) || wires.contains({id, 0})) {
            continue;
        }
        const Call& call = *graph.call(id);
        const Layer& layer = *graph.layer(call.layer);
        const CallInfo& info = analysis.calls.at(id);
        std::vector<Wire> arguments;
        for (const auto& input : call.inputs) {
            arguments.push_back(wires.at(*input));
        }
        const std::vector<Wire> results = layer.graph ? addModel(id, layer, info, std::move(arguments), place, call.layer)
                                                      : addNode(id, layer, info, analysis.layers.at(call.layer), arguments, place, call.layer);
        for (std::size_t i = 0; i < results.size(); ++i) {
            wires[{id, static_cast<int>(i)}] = results[i];
        }
    }
    std::vector<Wire> outputs;
    for (const Source& output : model.outputs) {
        outputs.push_back(wires.at(output));
    }
    return outputs;
}

std::vector<ModelBuilder::Wire> ModelBuilder::addModel(CallId id, const Layer& layer, const CallInfo& info, std::vector<Wire> arguments,
                                                       const Place& place, LayerId layerId) {
    const Place in = inside(place, layerId, layer, id, info);
    const bool folds = in.steps.size() > place.steps.size();
    const int mask = arguments.empty() ? -1 : arguments[0].mask;
    if (folds) {
        // A mask says which steps count; within one step there is nothing to leave out.
        for (Wire& argument : arguments) {
            argument.mask = -1;
        }
    }
    std::vector<Wire> results = inlineModel(layer.graph, *m_graphs.at(layer.graph).model(layer.model), analyzeInner(layer, info), arguments, in);
    if (folds) {
        for (Wire& result : results) {
            result.mask = mask;
        }
    }
    return results;
}

std::vector<ModelBuilder::Wire> ModelBuilder::addNode(CallId id, const Layer& layer, const CallInfo& info, const LayerInfo& layerInfo,
                                                      const std::vector<Wire>& arguments, const Place& place, LayerId layerId) {
    Model::Node node;
    node.type = findLayerType(layer.type);
    node.path = place.path + layer.name;
    node.call = id;
    node.callPath = place.calls;
    node.layer = layerId;
    node.trainable = place.trainable && layer.trainable;
    node.isView = info.isView;
    node.stream = streamOf(place.calls, id);
    node.cost = info.cost;
    std::int64_t times = 1;
    for (const std::int64_t steps : place.steps) {
        times = times == kUnknown || steps == kUnknown ? kUnknown : times * steps;
    }
    node.cost.multiplyAdds *= static_cast<double>(times == kUnknown ? 1 : times);
    std::vector<TensorSpec> specs;
    bool known = times != kUnknown;
    for (const auto& input : info.inputs) {
        specs.push_back(withoutBatch(*input));
        known = known && specs.back().shape.withoutBatch().isKnown();
    }
    if (known) {
        node.op = node.type->build(layer.params, specs);
        if (!place.steps.empty() && node.op) {
            node.op = layers::folded(std::move(node.op), times);
        }
    } else if (!m_open) {
        throw Error(cat("\"", node.path, "\" gets a tensor whose sizes are not known; give the Input layers before it a fixed shape to run the model."));
    }
    for (const Wire& argument : arguments) {
        node.inputs.push_back(argument.value);
    }
    std::vector<Wire> results;
    for (const TensorSpec& output : info.outputs) {
        results.push_back({addValue(output, place), -1});
        node.outputs.push_back(results.back().value);
    }
    addMasks(node, layer, specs, arguments, place, results);
    WeightKey key{place.layers, {}};
    key.path.push_back(layerId);
    for (const WeightSpec& weight : layerInfo.weights) {
        key.name = weight.name;
        node.weights.push_back(m_weightIndex.at(key));
    }
    addStates(node, key.path);
    m_out.m_nodes.push_back(std::move(node));
    return results;
}

void ModelBuilder::addMasks(Model::Node& node, const Layer& layer, std::span<const TensorSpec> specs, const std::vector<Wire>& arguments,
                            const Place& place, std::vector<Wire>& results) {
    std::vector<std::optional<Shape>> shapes;
    for (const Wire& argument : arguments) {
        node.inputMasks.push_back(argument.mask);
        shapes.push_back(argument.mask < 0 ? std::nullopt : std::optional(innerShape(argument.mask, place)));
    }
    node.outputMasks.assign(results.size(), -1);
    if (!node.type->masks) {
        return;
    }
    const std::vector<MaskOf> masks = node.type->masks(layer.params, specs, shapes);
    for (std::size_t i = 0; i < masks.size() && i < results.size(); ++i) {
        if (masks[i].kind == MaskOf::Kind::input) {
            results[i].mask = arguments[static_cast<std::size_t>(masks[i].input)].mask;
        } else if (masks[i].kind == MaskOf::Kind::own) {
            results[i].mask = node.outputMasks[i] = addValue({masks[i].shape, DType::boolean}, place);
        }
    }
}

void ModelBuilder::addStates(Model::Node& node, const std::vector<LayerId>& path) {
    if (!node.op) {
        return;
    }
    const std::vector<std::int64_t> sizes = node.op->stateSizes();
    std::vector<int>& states = m_statesOf[path];
    while (states.size() < sizes.size()) {
        m_out.m_states.push_back({node.path, sizes[states.size()]});
        states.push_back(static_cast<int>(m_out.m_states.size()) - 1);
    }
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (m_out.m_states[static_cast<std::size_t>(states[i])].size != sizes[i]) {
            throw Error(cat("\"", node.path, "\" keeps its state from batch to batch and is called on sequences of several kinds; make one of the calls unique."));
        }
    }
    node.states = states;
}

/// Two outputs of one layer would carry one name; Keras numbers the later ones.
void ModelBuilder::nameOutputsApart() {
    std::map<std::string, int> seen;
    for (Model::Port& port : m_out.m_outputs) {
        if (const int count = seen[port.name]++; count > 0) {
            port.name += cat("_", count);
        }
    }
}

} // namespace weft
