// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/model/analysis.h"
#include "engine/model/model_order.h"
#include "engine/runtime/keras_architecture.h"
#include "engine/runtime/keras_value.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace weft {
namespace {

using Json = nlohmann::json;
using CallsByLayer = std::map<LayerId, std::vector<CallId>>;

Json jsonOf(const Shape& shape) {
    Json out = Json::array();
    for (const std::int64_t size : shape.dims()) {
        out.push_back(size == kUnknown ? Json() : Json(size));
    }
    return out;
}

Json serialised(std::string_view module, std::string_view className, Json config) {
    return {{"module", module}, {"class_name", className}, {"config", std::move(config)}, {"registered_name", nullptr}};
}

class Writer {
public:
    explicit Writer(const Graphs& graphs) : m_graphs(graphs) {}

    /// A model as a layer called `name`, without what its calls add.
    Json model(GraphId graphId, ModelId modelId, const std::string& name, bool trainable) {
        const Graph& graph = m_graphs.at(graphId);
        const ModelDef& model = *graph.model(modelId);
        const Analysis& analysis = analysisOf(graphId);
        const CallsByLayer calls = callsByLayer(graph, model);
        for (const auto& entry : calls) {
            for (const CallId call : entry.second) {
                requireSound(analysis, call, graph, name);
            }
        }
        if (model.outputs.empty()) {
            throw Error(cat("The model ", name, " cannot be written: it has no outputs."));
        }
        Json layers = Json::array();
        for (const LayerId id : layersInKerasOrder(graph, model)) {
            layers.push_back(layer(graph, id, calls, analysis));
        }
        std::vector<Json> inputs;
        for (const CallId call : model.inputs) {
            inputs.push_back(historyOf({call, 0}, graph, calls));
        }
        std::vector<Json> outputs;
        for (const Source& source : model.outputs) {
            Json history = historyOf(source, graph, calls);
            if (typeOf(*graph.layerOf(source.call)).isModel) {
                history[1] = history[1].get<std::int64_t>() + 1; // here, and only here, Keras counts the model's own graph as its call 0
            }
            outputs.push_back(std::move(history));
        }
        Json out = serialised("keras.src.models.functional", "Functional",
                              {{"name", name}, {"trainable", trainable}, {"layers", std::move(layers)}, {"input_layers", oneOrList(std::move(inputs))},
                               {"output_layers", oneOrList(std::move(outputs))}});
        out["registered_name"] = "Functional";
        out["build_config"] = {{"input_shape", nullptr}};
        out["compile_config"] = Json::object();
        return out;
    }

private:
    static const LayerType& typeOf(const Layer& layer) { return *findLayerType(layer.type); }

    const Analysis& analysisOf(GraphId id) {
        const auto found = m_analyses.find(id);
        return found != m_analyses.end() ? found->second : m_analyses.emplace(id, analyze(m_graphs, id)).first->second;
    }

    /// A sound call has a known type, all its inputs, and no nested model that contains itself.
    static void requireSound(const Analysis& analysis, CallId call, const Graph& graph, const std::string& name) {
        if (const auto found = analysis.calls.find(call); found != analysis.calls.end() && found->second.sound) {
            return;
        }
        const auto problem = std::find_if(analysis.diagnostics.begin(), analysis.diagnostics.end(), [&](const Diagnostic& diagnostic) {
            return diagnostic.severity == Severity::error && (diagnostic.call == call || !diagnostic.call);
        });
        const std::string why = problem == analysis.diagnostics.end() ? std::string("Something that it depends on is wrong.") : problem->message;
        throw Error(cat("The model ", name, " cannot be written because of ", graph.layerOf(call)->name, ": ", why));
    }

    static Json oneOrList(std::vector<Json> ends) { return ends.size() == 1 ? ends.front() : Json(std::move(ends)); }

    /// `[layer, call, output]`, calls counted within the model.
    static Json historyOf(const Source& source, const Graph& graph, const CallsByLayer& calls) {
        const auto& own = calls.at(graph.call(source.call)->layer);
        const auto index = std::find(own.begin(), own.end(), source.call) - own.begin();
        return Json::array({graph.layerOf(source.call)->name, index, source.output});
    }

    static Json tensorOf(const Source& source, const Graph& graph, const CallsByLayer& calls, const Analysis& analysis) {
        const TensorSpec& spec = analysis.calls.at(source.call).outputs.at(static_cast<std::size_t>(source.output));
        return {{"class_name", "__keras_tensor__"},
                {"config", {{"shape", jsonOf(spec.shape)}, {"dtype", nameOf(spec.dtype)}, {"keras_history", historyOf(source, graph, calls)}}}};
    }

    Json layer(const Graph& graph, LayerId id, const CallsByLayer& calls, const Analysis& analysis) {
        const Layer& layer = *graph.layer(id);
        const LayerType& type = typeOf(layer);
        Json out = type.isModel ? model(layer.graph, layer.model, layer.name, layer.trainable)
                                : serialised("keras.layers", type.kerasClass, configOf(layer, type));
        const auto& own = calls.at(id);
        if (!type.isModel && !analysis.layers.at(id).weights.empty()) {
            out["build_config"] = {{"input_shape", inputShape(analysis.calls.at(own.front()))}};
        }
        out["name"] = layer.name;
        out["inbound_nodes"] = Json::array();
        for (const CallId call : own) {
            if (!type.isInput) {
                out["inbound_nodes"].push_back({{"args", arguments(*graph.call(call), type, graph, calls, analysis)}, {"kwargs", Json::object()}});
            }
        }
        return out;
    }

    static Json configOf(const Layer& layer, const LayerType& type) {
        const KerasType known{type.name, &type.schema, &type.kerasFixed, &type.fromKeras, &type.toKeras};
        Json config = writeKerasConfig(layer.params, known, runtimeCatalogues);
        config["name"] = layer.name;
        if (!type.isInput) {
            config["trainable"] = layer.trainable;
        }
        if (!findParameter(type.schema, "dtype")) {
            config["dtype"] = keras::float32Policy();
        }
        return config;
    }

    static Json inputShape(const CallInfo& call) {
        std::vector<Json> shapes;
        for (const auto& input : call.inputs) {
            shapes.push_back(input ? jsonOf(input->shape) : Json());
        }
        return oneOrList(std::move(shapes));
    }

    /// One tensor, or, for a layer that takes several, one list of them.
    static Json arguments(const Call& call, const LayerType& type, const Graph& graph, const CallsByLayer& calls, const Analysis& analysis) {
        Json tensors = Json::array();
        for (const auto& input : call.inputs) {
            if (input) {
                tensors.push_back(tensorOf(*input, graph, calls, analysis));
            }
        }
        const bool asList = type.isModel ? tensors.size() > 1 : type.inputs.maximum != 1;
        return asList ? Json::array({std::move(tensors)}) : tensors;
    }

    const Graphs& m_graphs;
    std::map<GraphId, Analysis> m_analyses;
};

} // namespace

Json writeArchitecture(const Graphs& graphs, GraphId graph, ModelId model) {
    const auto found = graphs.find(graph);
    const ModelDef* def = found == graphs.end() ? nullptr : found->second.model(model);
    if (!def) {
        throw Error("The model that is to be written is not there.");
    }
    return Writer(graphs).model(graph, model, def->name, true);
}

} // namespace weft
