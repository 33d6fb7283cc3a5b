// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/model/analyzer.h"
#include "engine/model/model_order.h"

#include <algorithm>

// What concerns models: those over the graph, and those that are called as layers.

namespace weft {

TensorSpec stepOf(const TensorSpec& sequence) {
    std::vector<std::int64_t> dims = sequence.shape.dims();
    dims.erase(dims.begin() + 1);
    return {Shape(std::move(dims)), sequence.dtype};
}

namespace {

/// What an Input says of itself. The rest of its graph is not looked at: models within models would be analysed twice on every level.
std::optional<TensorSpec> specOfInput(const Graph& graph, CallId call) {
    const Layer* layer = graph.layerOf(call);
    const LayerType* type = layer ? findLayerType(layer->type) : nullptr;
    if (!type || !type->isInput || !validate(type->schema, layer->params).empty()) {
        return std::nullopt;
    }
    const Inference inference = type->infer(layer->params, {});
    return inference.outputs.empty() ? std::nullopt : std::optional(inference.outputs[0]);
}

} // namespace

void Analyzer::callModel(CallId id, const Layer& layer, const LayerType& type, CallInfo& info) {
    const auto nested = m_graphs.find(layer.graph);
    const ModelDef* model = nested == m_graphs.end() ? nullptr : nested->second.model(layer.model);
    if (!model) {
        report(id, "no_model", cat(layer.name, " is a model that does not exist in this project."));
        return;
    }
    if (m_around.contains(layer.graph)) {
        report(id, "recursion", cat(layer.name, " runs the model \"", model->name, "\", which contains ", layer.name, " itself; a model cannot contain itself."));
        return;
    }
    std::vector<std::string> names;
    for (const CallId input : model->inputs) {
        const Layer* inputLayer = nested->second.layerOf(input);
        names.push_back(inputLayer ? inputLayer->name : "?");
    }
    const int ports = static_cast<int>(names.size());
    if (!gatherInputs(id, nullptr, ports, ports, names, info) || (type.foldsTime && !checkSteps(id, layer, info))) {
        return;
    }
    std::map<CallId, TensorSpec> called;
    for (int port = 0; port < ports; ++port) {
        const CallId input = model->inputs[static_cast<std::size_t>(port)];
        const TensorSpec& given = *info.inputs[static_cast<std::size_t>(port)];
        const TensorSpec got = type.foldsTime ? stepOf(given) : given;
        if (const auto expected = specOfInput(nested->second, input)) {
            const Shape& shape = expected->shape;
            bool fits = shape.rank() == got.shape.rank();
            for (int axis = 1; fits && axis < shape.rank(); ++axis) {
                fits = shape[axis] == kUnknown || got.shape[axis] == kUnknown || shape[axis] == got.shape[axis];
            }
            if (!fits) {
                auto& d = report(id, "model_input", cat("Input \"", names[static_cast<std::size_t>(port)], "\" of ", layer.name, " expects ", shape.text(), "; it gets ",
                                                        got.shape.text(), "."),
                                 port);
                d.causes = causesOf(id, port);
                return;
            }
        }
        called[input] = got;
    }
    const Analysis inner = Analyzer(m_graphs, layer.graph, m_around).run(called);
    const std::set<CallId> used = callsOfModel(nested->second, *model);
    for (const Diagnostic& d : inner.diagnostics) {
        if (d.severity == Severity::error && (used.contains(d.call) || d.model == layer.model)) {
            report(id, "model_broken", cat("The model inside ", layer.name, " has a problem at ", d.place, ": ", d.message));
            return;
        }
    }
    std::set<LayerId> counted;
    LayerInfo& totals = m_out.layers[m_graph.call(id)->layer];
    totals.parameters = 0;
    totals.trainableParameters = 0;
    for (const CallId call : used) {
        info.cost.multiplyAdds += inner.calls.at(call).cost.multiplyAdds;
        const LayerId innerLayer = nested->second.call(call)->layer;
        if (const auto at = inner.layers.find(innerLayer); at != inner.layers.end() && counted.insert(innerLayer).second) {
            totals.parameters += at->second.parameters;
            totals.trainableParameters += layer.trainable ? at->second.trainableParameters : 0;
        }
    }
    for (const Source& output : model->outputs) {
        const auto at = inner.calls.find(output.call);
        if (at == inner.calls.end() || output.output >= static_cast<int>(at->second.outputs.size())) {
            return;
        }
        info.outputs.push_back(at->second.outputs[static_cast<std::size_t>(output.output)]);
    }
    if (type.foldsTime) {
        const std::int64_t steps = info.inputs[0]->shape[1];
        info.cost.multiplyAdds *= static_cast<double>(std::max<std::int64_t>(steps, 1));
        for (TensorSpec& output : info.outputs) {
            std::vector<std::int64_t> dims = output.shape.dims();
            dims.insert(dims.begin() + 1, steps);
            output.shape = Shape(std::move(dims));
        }
    }
    info.outputPorts = std::max(1, static_cast<int>(info.outputs.size()));
    info.sound = true;
}

/// What is applied step by step needs sequences, all of one length.
bool Analyzer::checkSteps(CallId id, const Layer& layer, const CallInfo& info) {
    for (std::size_t port = 0; port < info.inputs.size(); ++port) {
        const Shape& shape = info.inputs[port]->shape;
        if (shape.rank() < 3) {
            auto& d = report(id, "rank", cat(layer.name, " works step by step along a sequence, but what comes in, ", shape.text(), ", has no steps of several numbers."),
                             static_cast<int>(port));
            d.causes = causesOf(id, static_cast<int>(port));
            return false;
        }
        if (shape[1] != info.inputs[0]->shape[1]) {
            report(id, "steps", cat("The inputs of ", layer.name, " have ", info.inputs[0]->shape.text(), " and ", shape.text(), "; they must have equally many steps."),
                   static_cast<int>(port));
            return false;
        }
    }
    return !info.inputs.empty();
}

void Analyzer::checkModels() {
    for (const auto& [id, model] : m_graph.models) {
        const auto say = [&, modelId = id, &name = model.name](CallId call, std::string code, std::string message) {
            Diagnostic d;
            d.code = std::move(code);
            d.graph = m_id;
            d.call = call;
            d.model = modelId;
            d.place = cat("model ", name);
            d.message = std::move(message);
            m_out.diagnostics.push_back(std::move(d));
        };
        if (model.inputs.empty()) {
            say({}, "model_inputs", cat("The model \"", model.name, "\" has no input; add an Input layer and wire it."));
        }
        if (model.outputs.empty()) {
            say({}, "model_outputs", cat("The model \"", model.name, "\" has no output; wire layers behind its Input."));
        }
        for (const CallId input : model.inputs) {
            const Layer* layer = m_graph.layerOf(input);
            const LayerType* type = layer ? findLayerType(layer->type) : nullptr;
            if (!type || !type->isInput) {
                say(input, "model_inputs", cat("The model \"", model.name, "\" starts at ", nameOf(input), ", which is not an Input layer."));
            }
        }
        for (const Source& output : model.outputs) {
            const auto info = m_out.calls.find(output.call);
            const int ports = info == m_out.calls.end() ? 0 : std::max(info->second.outputPorts, static_cast<int>(info->second.outputs.size()));
            if (output.output < 0 || output.output >= ports) {
                say(output.call, "model_outputs",
                    cat("The model \"", model.name, "\" ends at output ", output.output + 1, " of ", nameOf(output.call), ", which has ", ports, "."));
            }
        }
        for (const CallId call : callsOfModel(m_graph, model)) {
            const Layer* layer = m_graph.layerOf(call);
            const LayerType* type = layer ? findLayerType(layer->type) : nullptr;
            if (type && type->isInput && std::find(model.inputs.begin(), model.inputs.end(), call) == model.inputs.end()) {
                say(call, "model_disconnected",
                    cat("An output of the model \"", model.name, "\" depends on ", nameOf(call), ", which is not one of the model's inputs."));
            }
        }
    }
}

} // namespace weft
