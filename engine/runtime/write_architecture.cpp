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

Json oneOrList(std::vector<Json> entries) { return entries.size() == 1 ? std::move(entries.front()) : Json(std::move(entries)); }

const LayerType& typeOf(const Layer& layer) { return *findLayerType(layer.type); }

class Writer {
public:
    explicit Writer(const Graphs& graphs) : m_graphs(graphs) {}

    /// A model as a layer called `name`, without what its calls add.
    Json model(GraphId graphId, ModelId modelId, const std::string& name, bool trainable) {
        const Graph& graph = m_graphs.at(graphId);
        const ModelDef& def = *graph.model(modelId);
        const Within in{graph, analysisOf(graphId), callsByLayer(graph, def)};
        for (const auto& entry : in.calls) {
            for (const CallId call : entry.second) {
                requireSound(in, call, name);
            }
        }
        if (def.outputs.empty()) {
            throw Error(cat("The model ", name, " cannot be written: it has no outputs."));
        }
        Json out = isSequential(in, def) ? sequential(in, def, name, trainable) : functional(in, def, name, trainable);
        out["compile_config"] = Json::object();
        return out;
    }

private:
    /// The model that is being written.
    struct Within {
        const Graph& graph;
        const Analysis& analysis;
        std::map<LayerId, std::vector<CallId>> calls;
        const CallInfo& info(CallId call) const { return analysis.calls.at(call); }
    };

    const Analysis& analysisOf(GraphId id) {
        const auto found = m_analyses.find(id);
        return found != m_analyses.end() ? found->second : m_analyses.emplace(id, analyze(m_graphs, id)).first->second;
    }

    /// A sound call has a known type, all its inputs, and no nested model that contains itself.
    static void requireSound(const Within& in, CallId call, const std::string& name) {
        if (const auto found = in.analysis.calls.find(call); found != in.analysis.calls.end() && found->second.sound) {
            return;
        }
        const auto& diagnostics = in.analysis.diagnostics;
        const auto problem = std::find_if(diagnostics.begin(), diagnostics.end(), [&](const Diagnostic& diagnostic) {
            return diagnostic.severity == Severity::error && (diagnostic.call == call || !diagnostic.call);
        });
        const std::string why = problem == diagnostics.end() ? std::string("Something that it depends on is wrong.") : problem->message;
        throw Error(cat("The model ", name, " cannot be written because of ", in.graph.layerOf(call)->name, ": ", why));
    }

    /// Keras' Sequential knows layers of one output only.
    static bool isSequential(const Within& in, const ModelDef& def) {
        const std::vector<CallId> chain = chainOf(in.graph, def);
        return weft::isSequential(in.graph, def) && std::all_of(chain.begin(), chain.end(), [&](CallId call) { return in.info(call).outputs.size() == 1; });
    }

    // --- Models ------------------------------------------------------------------------------------------------------

    Json sequential(const Within& in, const ModelDef& def, const std::string& name, bool trainable) {
        const std::vector<CallId> chain = chainOf(in.graph, def);
        Json layers = Json::array();
        for (const CallId call : chain) {
            layers.push_back(layer(in, in.graph.call(call)->layer));
        }
        const Json shape = jsonOf(in.info(chain.front()).outputs.at(0).shape);
        Json out = serialised("keras", "Sequential",
                              {{"name", name}, {"trainable", trainable}, {"dtype", keras::float32Policy()}, {"layers", std::move(layers)}, {"build_input_shape", shape}});
        out["build_config"] = {{"input_shape", shape}};
        return out;
    }

    Json functional(const Within& in, const ModelDef& def, const std::string& name, bool trainable) {
        Json layers = Json::array();
        for (const LayerId id : layersInKerasOrder(in.graph, def)) {
            layers.push_back(layer(in, id));
            layers.back()["name"] = in.graph.layer(id)->name;
            layers.back()["inbound_nodes"] = nodes(in, id);
        }
        std::vector<Json> inputs;
        for (const CallId call : def.inputs) {
            inputs.push_back(historyOf(in, {call, 0}));
        }
        std::vector<Json> outputs;
        for (const Source& source : def.outputs) {
            Json history = historyOf(in, source);
            if (isFunctional(*in.graph.layerOf(source.call))) {
                history[1] = history[1].get<std::int64_t>() + 1; // here, and only here, Keras counts the model's own graph as its call 0
            }
            outputs.push_back(std::move(history));
        }
        Json out = serialised("keras.src.models.functional", "Functional",
                              {{"name", name}, {"trainable", trainable}, {"layers", std::move(layers)}, {"input_layers", oneOrList(std::move(inputs))},
                               {"output_layers", oneOrList(std::move(outputs))}});
        out["registered_name"] = "Functional";
        out["build_config"] = {{"input_shape", nullptr}};
        return out;
    }

    bool isFunctional(const Layer& layer) {
        if (!typeOf(layer).isModel) {
            return false;
        }
        const Graph& graph = m_graphs.at(layer.graph);
        const ModelDef& def = *graph.model(layer.model);
        return !isSequential({graph, analysisOf(layer.graph), {}}, def);
    }

    // --- Layers ------------------------------------------------------------------------------------------------------

    /// A layer without what its calls add.
    Json layer(const Within& in, LayerId id) {
        const Layer& layer = *in.graph.layer(id);
        const LayerType& type = typeOf(layer);
        if (type.isModel) {
            return model(layer.graph, layer.model, layer.name, layer.trainable);
        }
        Json out = serialised("keras.layers", type.kerasClass, configOf(layer, type));
        if (layer.graph) {
            const ModelDef& held = *m_graphs.at(layer.graph).model(layer.model);
            out["config"][heldLayerParameter(type)->name] = model(layer.graph, layer.model, held.name, layer.trainable);
        }
        const CallId first = in.calls.at(id).front();
        if (layer.graph || !in.analysis.layers.at(id).weights.empty()) {
            out["build_config"] = {{"input_shape", inputShape(in.info(first), type)}};
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

    static std::string keywordOf(const LayerType& type, std::size_t port) {
        return port < type.inputs.keywords.size() ? type.inputs.keywords[port] : std::string();
    }

    /// Of what comes in by place.
    static Json inputShape(const CallInfo& call, const LayerType& type) {
        std::vector<Json> shapes;
        for (std::size_t port = 0; port < call.inputs.size(); ++port) {
            if (keywordOf(type, port).empty()) {
                shapes.push_back(call.inputs[port] ? jsonOf(call.inputs[port]->shape) : Json());
            }
        }
        return oneOrList(std::move(shapes));
    }

    // --- Calls -------------------------------------------------------------------------------------------------------

    static Json nodes(const Within& in, LayerId id) {
        const LayerType& type = typeOf(*in.graph.layer(id));
        Json out = Json::array();
        for (const CallId call : in.calls.at(id)) {
            if (!type.isInput) {
                out.push_back(node(in, *in.graph.call(call), type));
            }
        }
        return out;
    }

    /// By place one tensor, or, for a layer that takes several, one list of them; by keyword one or a list.
    static Json node(const Within& in, const Call& call, const LayerType& type) {
        Json byPlace = Json::array();
        std::map<std::string, std::vector<Json>> byKeyword;
        for (std::size_t port = 0; port < call.inputs.size(); ++port) {
            if (!call.inputs[port]) {
                continue;
            }
            const std::string keyword = keywordOf(type, port);
            if (keyword.empty()) {
                byPlace.push_back(tensorOf(in, *call.inputs[port]));
            } else {
                byKeyword[keyword].push_back(tensorOf(in, *call.inputs[port]));
            }
        }
        const auto takesList = type.inputs.keywords.empty() && type.inputs.maximum != 1;
        const bool asList = type.isModel ? byPlace.size() > 1 : takesList;
        Json kwargs = Json::object();
        for (auto& [keyword, tensors] : byKeyword) {
            kwargs[keyword] = oneOrList(std::move(tensors));
        }
        return {{"args", asList ? Json::array({std::move(byPlace)}) : std::move(byPlace)}, {"kwargs", std::move(kwargs)}};
    }

    /// `[layer, call, output]`, calls counted within the model.
    static Json historyOf(const Within& in, const Source& source) {
        const auto& own = in.calls.at(in.graph.call(source.call)->layer);
        const auto index = std::find(own.begin(), own.end(), source.call) - own.begin();
        return Json::array({in.graph.layerOf(source.call)->name, index, source.output});
    }

    static Json tensorOf(const Within& in, const Source& source) {
        const TensorSpec& spec = in.info(source.call).outputs.at(static_cast<std::size_t>(source.output));
        return {{"class_name", "__keras_tensor__"},
                {"config", {{"shape", jsonOf(spec.shape)}, {"dtype", nameOf(spec.dtype)}, {"keras_history", historyOf(in, source)}}}};
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
