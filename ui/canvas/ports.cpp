// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/ports.h"

#include <algorithm>

namespace weft::ui {

namespace {

const LayerType* typeOf(const Graph& graph, CallId call) {
    const Layer* layer = graph.layerOf(call);
    return layer ? findLayerType(layer->type) : nullptr;
}

} // namespace

const ModelDef* modelOf(const Graphs& graphs, const Graph& graph, CallId call) {
    const Layer* layer = graph.layerOf(call);
    const auto inner = layer && layer->graph ? graphs.find(layer->graph) : graphs.end();
    return inner == graphs.end() ? nullptr : inner->second.model(layer->model);
}

PortCount portsOf(const Graphs& graphs, const Graph& graph, CallId id) {
    const Call* call = graph.call(id);
    const Layer* layer = call ? graph.layer(call->layer) : nullptr;
    const LayerType* type = layer ? findLayerType(layer->type) : nullptr;
    const int wired = call ? static_cast<int>(call->inputs.size()) : 0;
    if (!type) {
        return {wired, false};
    }
    if (const ModelDef* model = modelOf(graphs, graph, id)) {
        const int outputs = std::max(1, static_cast<int>(model->outputs.size()));
        const int inputs = std::max(wired, static_cast<int>(model->inputs.size()));
        return {inputs, false, 0, outputs, inputs > 1 || outputs > 1};
    }
    if (type->isModel) {
        return {wired, false};
    }
    if (!takesAnyNumber(*type)) {
        return {std::max(wired, type->inputs.maximum), false, type->inputs.maximum - type->inputs.minimum};
    }
    const bool full = std::all_of(call->inputs.begin(), call->inputs.end(), [](const auto& input) { return input.has_value(); });
    return {std::max(wired, type->inputs.minimum), full && wired >= type->inputs.minimum};
}

int firstPorts(const LayerType& type) { return std::max(type.inputs.minimum, 0); }

bool takesAnyNumber(const LayerType& type) { return type.inputs.maximum < 0 && !type.isModel; }

void tidyPorts(Graph& graph) {
    for (auto& [id, call] : graph.calls) {
        const LayerType* type = typeOf(graph, id);
        if (!type || type->isModel) {
            continue;
        }
        if (!takesAnyNumber(*type)) {
            while (static_cast<int>(call.inputs.size()) > type->inputs.minimum && !call.inputs.back()) {
                call.inputs.pop_back();
            }
            continue;
        }
        for (std::size_t port = call.inputs.size(); port-- > 0 && static_cast<int>(call.inputs.size()) > type->inputs.minimum;) {
            if (!call.inputs[port]) {
                call.inputs.erase(call.inputs.begin() + static_cast<std::ptrdiff_t>(port));
            }
        }
    }
}

std::set<CallId> dependencies(const Graph& graph, CallId of) {
    std::set<CallId> found;
    std::vector<CallId> waiting{of};
    while (!waiting.empty()) {
        const CallId at = waiting.back();
        waiting.pop_back();
        const Call* call = graph.call(at);
        if (!call || !found.insert(at).second) {
            continue;
        }
        for (const auto& input : call->inputs) {
            if (input) {
                waiting.push_back(input->call);
            }
        }
    }
    return found;
}

std::set<CallId> dependents(const Graph& graph, CallId of) {
    std::map<CallId, std::vector<CallId>> consumers;
    for (const auto& [id, call] : graph.calls) {
        for (const auto& input : call.inputs) {
            if (input) {
                consumers[input->call].push_back(id);
            }
        }
    }
    std::set<CallId> found;
    std::vector<CallId> waiting{of};
    while (!waiting.empty()) {
        const CallId at = waiting.back();
        waiting.pop_back();
        if (found.insert(at).second) {
            const auto& next = consumers[at];
            waiting.insert(waiting.end(), next.begin(), next.end());
        }
    }
    return found;
}

QString misfit(const Graph& graph, const Analysis& analysis, Source from, CallId to, int port) {
    const Call* call = graph.call(to);
    const Layer* layer = graph.layerOf(to);
    const LayerType* type = layer ? findLayerType(layer->type) : nullptr;
    if (!call || !type || !type->infer || !validate(type->schema, layer->params).empty()) {
        return {};
    }
    std::vector<std::optional<Source>> inputs = call->inputs;
    inputs.resize(std::max(inputs.size(), static_cast<std::size_t>(port) + 1));
    inputs[static_cast<std::size_t>(port)] = from;
    std::vector<TensorSpec> specs;
    for (const auto& input : inputs) {
        const auto info = input ? analysis.calls.find(input->call) : analysis.calls.end();
        if (info == analysis.calls.end() || input->output >= static_cast<int>(info->second.outputs.size())) {
            return {};
        }
        specs.push_back(info->second.outputs[static_cast<std::size_t>(input->output)]);
    }
    const int count = static_cast<int>(specs.size());
    if (count < type->inputs.minimum || (type->inputs.maximum >= 0 && count > type->inputs.maximum)) {
        return {};
    }
    const Inference inference = type->infer(layer->params, specs);
    return inference.problems.empty() ? QString() : QString::fromStdString(inference.problems.front().message);
}

bool takes(const LayerType& type, const TensorSpec& tensor) {
    if (type.isInput || type.inputs.maximum == 0) {
        return false;
    }
    if (!type.infer || !validate(type.schema, {}).empty()) {
        return true;
    }
    const std::vector<TensorSpec> inputs(static_cast<std::size_t>(std::max(1, type.inputs.minimum)), tensor);
    const Inference inference = type.infer({}, inputs);
    return std::all_of(inference.problems.begin(), inference.problems.end(), [](const Problem& problem) { return !problem.parameter.empty(); });
}

} // namespace weft::ui
