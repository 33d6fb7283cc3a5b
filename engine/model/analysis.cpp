// SPDX-License-Identifier: Apache-2.0
#include "engine/model/analysis.h"

#include "engine/base/text.h"
#include "engine/graph/edits.h"
#include "engine/model/analyzer.h"
#include "engine/model/model_order.h"

#include <algorithm>

namespace weft {
namespace {

std::string specsText(const std::vector<std::optional<TensorSpec>>& specs) {
    std::vector<std::string> parts;
    for (const auto& spec : specs) {
        parts.push_back(spec ? spec->shape.text() : "?");
    }
    return join(parts, ", ");
}

} // namespace

bool Analysis::hasErrors() const {
    return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& d) { return d.severity == Severity::error; });
}

Analysis analyze(const Graphs& graphs, GraphId graph) { return Analyzer(graphs, graph).run(); }

std::vector<Diagnostic> diagnose(const Graphs& graphs, GraphId root) {
    std::vector<Diagnostic> all;
    if (graphs.contains(root)) {
        all = analyze(graphs, root).diagnostics;
    }
    for (const auto& [id, graph] : graphs) {
        if (id != root) {
            const auto more = analyze(graphs, id).diagnostics;
            all.insert(all.end(), more.begin(), more.end());
        }
    }
    return all;
}

Analyzer::Analyzer(const Graphs& graphs, GraphId graph, std::set<GraphId> around)
    : m_graphs(graphs), m_id(graph), m_graph(graphs.at(graph)), m_around(std::move(around)) {
    m_around.insert(graph);
}

Analysis Analyzer::run(const std::map<CallId, TensorSpec>& called) {
    for (const auto& [id, call] : m_graph.calls) {
        if (m_graph.layer(call.layer)) {
            ++m_out.layers[call.layer].calls;
        }
    }
    checkNames();
    m_out.order = topologicalOrder(m_graph);
    checkCycles();
    for (const CallId id : m_out.order) {
        visit(id, called);
    }
    for (const auto& [id, call] : m_graph.calls) {
        m_out.calls.try_emplace(id);
    }
    checkModels();
    std::stable_sort(m_out.diagnostics.begin(), m_out.diagnostics.end(),
                     [](const Diagnostic& a, const Diagnostic& b) { return a.severity < b.severity; });
    return std::move(m_out);
}

std::string Analyzer::nameOf(CallId id) const {
    const Layer* layer = m_graph.layerOf(id);
    return layer ? (layer->name.empty() ? layer->type : layer->name) : cat("call ", id.value);
}

Diagnostic& Analyzer::report(CallId id, std::string code, std::string message, int port) {
    Diagnostic d;
    d.code = std::move(code);
    d.graph = m_id;
    d.call = id;
    d.port = port;
    d.place = port < 0 ? nameOf(id) : cat(nameOf(id), ", input ", port + 1);
    d.message = std::move(message);
    return m_out.diagnostics.emplace_back(std::move(d));
}

void Analyzer::checkNames() {
    std::map<std::string, CallId> first;
    for (const auto& [id, call] : m_graph.calls) {
        const Layer* layer = m_graph.layer(call.layer);
        if (!layer) {
            report(id, "no_layer", "This box calls a layer that does not exist.");
            continue;
        }
        if (layer->name.empty()) {
            report(id, "name", cat("This ", layer->type, " has no name; every layer needs one."));
            continue;
        }
        const auto [at, isNew] = first.emplace(layer->name, id);
        if (!isNew && m_graph.call(at->second)->layer != call.layer) {
            auto& d = report(id, "name", cat("The name \"", layer->name, "\" is used by two layers; every layer of a graph needs a name of its own."));
            d.fixes.push_back({FixHint::Kind::setParameter, "Give it a free name", "name", Value(freeLayerName(m_graph, layer->name)), {}});
        }
    }
}

void Analyzer::checkCycles() {
    std::set<CallId> left;
    for (const auto& [id, call] : m_graph.calls) {
        left.insert(id);
    }
    for (const CallId id : m_out.order) {
        left.erase(id);
    }
    // What only hangs behind a cycle is not on it: take away calls that nothing left depends on.
    for (bool changed = true; changed;) {
        std::set<CallId> needed;
        for (const CallId id : left) {
            for (const auto& input : m_graph.call(id)->inputs) {
                if (input) {
                    needed.insert(input->call);
                }
            }
        }
        changed = std::erase_if(left, [&](CallId id) { return !needed.contains(id); }) > 0;
    }
    if (!left.empty()) {
        std::vector<std::string> names;
        for (const CallId id : left) {
            names.push_back(nameOf(id));
        }
        report(*left.begin(), "cycle", cat("The wires between ", join(names, ", "), " form a cycle; a layer cannot depend on its own output."));
    }
}

void Analyzer::visit(CallId id, const std::map<CallId, TensorSpec>& called) {
    CallInfo& info = m_out.calls[id];
    const Layer* layer = m_graph.layerOf(id);
    if (!layer) {
        return;
    }
    const LayerType* type = findLayerType(layer->type);
    if (!type) {
        report(id, "unknown_type", cat("This version of Weft has no layer of type \"", layer->type, "\"."));
        return;
    }
    if (type->isModel || layer->graph) {
        callModel(id, *layer, *type, info);
        return;
    }
    const bool parametersFit = checkParameters(id, *layer, *type);
    if (const auto at = called.find(id); at != called.end() && type->isInput) {
        info.outputs = {at->second};
        info.sound = true;
        return;
    }
    const bool wired = gatherInputs(id, type, type->inputs.minimum, type->inputs.maximum, type->inputs.names, info);
    if (parametersFit && wired) {
        infer(id, *layer, *type, info);
    }
}

bool Analyzer::checkParameters(CallId id, const Layer& layer, const LayerType& type) {
    const auto problems = validate(type.schema, layer.params);
    for (const ParamProblem& problem : problems) {
        auto& d = report(id, "parameter", problem.message);
        d.parameter = problem.parameter;
        if (const Parameter* parameter = findParameter(type.schema, problem.parameter)) {
            d.fixes.push_back({FixHint::Kind::setParameter, cat("Set ", parameter->name, " to ", parameter->defaultValue.text()), parameter->name,
                               parameter->defaultValue, {}});
        }
    }
    return problems.empty();
}

/// Fills info.inputs; true where every port has a known spec and their number fits.
bool Analyzer::gatherInputs(CallId id, const LayerType* type, int minimum, int maximum, const std::vector<std::string>& names, CallInfo& info) {
    const Call& call = *m_graph.call(id);
    const std::string typeName = type ? type->name : "model";
    bool known = true;
    const auto portName = [&](int port) {
        return port < static_cast<int>(names.size()) ? cat("input \"", names[static_cast<std::size_t>(port)], "\"") : cat("input ", port + 1);
    };
    const int ports = static_cast<int>(call.inputs.size());
    for (int port = 0; port < std::max(ports, minimum); ++port) {
        info.inputs.emplace_back();
        const auto& source = port < ports ? call.inputs[static_cast<std::size_t>(port)] : std::nullopt;
        if (!source) {
            known = false;
            report(id, "unwired",
                   minimum == 1 && maximum == 1 ? cat("Nothing is wired into ", nameOf(id), "; draw a wire from another layer's output to it.")
                                                : cat("Nothing is wired into ", portName(port), " of ", nameOf(id), "; it needs ",
                                                      minimum == maximum ? cat(minimum) : cat("at least ", minimum), " inputs."),
                   port);
            continue;
        }
        const auto from = m_out.calls.find(source->call);
        if (!m_graph.call(source->call)) {
            known = false;
            report(id, "dangling", cat(portName(port), " of ", nameOf(id), " is wired to a box that does not exist."), port);
        } else if (from == m_out.calls.end() || from->second.outputs.empty()) {
            known = false; // said where it began
        } else if (source->output < 0 || source->output >= static_cast<int>(from->second.outputs.size())) {
            known = false;
            report(id, "dangling",
                   cat(portName(port), " of ", nameOf(id), " is wired to output ", source->output + 1, " of ", nameOf(source->call), ", which has ",
                       from->second.outputs.size(), "."),
                   port);
        } else {
            info.inputs.back() = from->second.outputs[static_cast<std::size_t>(source->output)];
        }
    }
    if (maximum >= 0 && ports > maximum) {
        known = false;
        report(id, "too_many_inputs", cat(nameOf(id), " (", typeName, ") takes ", maximum, maximum == 1 ? " input" : " inputs", "; ", ports, " are wired."));
    }
    return known;
}

void Analyzer::infer(CallId id, const Layer& layer, const LayerType& type, CallInfo& info) {
    std::vector<TensorSpec> inputs;
    for (const auto& input : info.inputs) {
        inputs.push_back(*input);
    }
    Inference inference = type.infer(layer.params, inputs);
    info.outputs = std::move(inference.outputs);
    info.outputPorts = std::max(1, static_cast<int>(info.outputs.size()));
    info.cost = inference.cost;
    info.isView = inference.isView;
    info.sound = inference.problems.empty();
    for (const Problem& problem : inference.problems) {
        auto& d = report(id, problem.code, problem.message, problem.port);
        d.parameter = problem.parameter;
        d.fixes = problem.fixes;
        d.causes = causesOf(id, problem.port);
    }
    if (info.sound) {
        keepWeights(id, layer, std::move(inference.weights));
    }
}

void Analyzer::keepWeights(CallId id, const Layer& layer, std::vector<WeightSpec> weights) {
    LayerInfo& info = m_out.layers[m_graph.call(id)->layer];
    if (info.weights.empty()) {
        for (const WeightSpec& weight : weights) {
            const std::int64_t count = weight.shape.count();
            info.parameters += count;
            info.trainableParameters += layer.trainable && weight.trainable ? count : 0;
        }
        info.weights = std::move(weights);
        return;
    }
    for (std::size_t i = 0; i < weights.size() && i < info.weights.size(); ++i) {
        if (weights[i].shape != info.weights[i].shape) {
            auto& d = report(id, "shared_shape",
                             cat(layer.name, " is called on ", specsText(m_out.calls[id].inputs), " here, for which its ", weights[i].name, " would be ",
                                 weights[i].shape.text(), ", but an earlier call made it ", info.weights[i].shape.text(), "; all calls of a layer share its weights."));
            d.causes = causesOf(id, 0);
            m_out.calls[id].sound = false;
            return;
        }
    }
}

std::vector<std::string> Analyzer::causesOf(CallId id, int port) const {
    constexpr std::size_t kLongest = 5;
    std::vector<std::string> causes;
    CallId at = id;
    int atPort = std::max(port, 0);
    while (causes.size() < kLongest) {
        const Call* call = m_graph.call(at);
        if (!call || atPort >= static_cast<int>(call->inputs.size()) || !call->inputs[static_cast<std::size_t>(atPort)]) {
            break;
        }
        const Source source = *call->inputs[static_cast<std::size_t>(atPort)];
        const auto info = m_out.calls.find(source.call);
        const Layer* layer = m_graph.layerOf(source.call);
        if (!layer || info == m_out.calls.end() || source.output >= static_cast<int>(info->second.outputs.size())) {
            break;
        }
        const std::string shape = info->second.outputs[static_cast<std::size_t>(source.output)].shape.text();
        causes.push_back(info->second.inputs.empty() ? cat(layer->name, " (", layer->type, ") gives ", shape)
                                                     : cat(layer->name, " (", layer->type, ") makes ", shape, " of ", specsText(info->second.inputs)));
        at = source.call;
        atPort = 0;
    }
    return causes;
}

void applyFix(Graph& graph, IdSource& ids, const Diagnostic& diagnostic, const FixHint& fix) {
    Layer* layer = graph.layerOf(diagnostic.call);
    if (!layer) {
        return;
    }
    if (fix.kind == FixHint::Kind::setParameter) {
        if (fix.name == "name") {
            layer->name = fix.value.text();
        } else {
            layer->params[fix.name] = fix.value;
        }
        return;
    }
    const int port = std::max(diagnostic.port, 0);
    const Call* call = graph.call(diagnostic.call);
    if (port >= static_cast<int>(call->inputs.size()) || !call->inputs[static_cast<std::size_t>(port)]) {
        return;
    }
    const Source source = *call->inputs[static_cast<std::size_t>(port)];
    const CallId inserted = addLayer(graph, ids, Layer{fix.name, freeLayerName(graph, snakeCase(fix.name)), fix.params, true, {}, {}}, 1);
    connect(graph, source, inserted, 0);
    connect(graph, Source{inserted, 0}, diagnostic.call, port);
}

} // namespace weft
