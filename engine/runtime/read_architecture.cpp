// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/layer_type.h"
#include "engine/runtime/keras_architecture.h"
#include "engine/runtime/keras_functional.h"
#include "engine/runtime/keras_value.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace weft {
namespace {

using Json = nlohmann::json;
using Ends = std::pair<GraphId, ModelId>;

bool isLayerModule(const Json& object) {
    const auto module = object.find("module");
    if (module == object.end() || !module->is_string()) {
        return true;
    }
    const auto name = module->get<std::string>();
    const auto begins = [&](std::string_view start) { return name.rfind(start, 0) == 0; };
    return name == "keras" || begins("keras.layers") || begins("keras.models") || begins("keras.src.layers") || begins("keras.src.models");
}

const LayerType* kerasLayer(std::string_view className) {
    const auto& types = layerTypes();
    const auto found = std::find_if(types.begin(), types.end(), [&](const LayerType& type) { return type.kerasClass == className; });
    return found == types.end() ? nullptr : &*found;
}

const LayerType& layerTypeWhere(bool LayerType::*flag) {
    const auto& types = layerTypes();
    return *std::find_if(types.begin(), types.end(), [&](const LayerType& type) { return type.*flag; });
}

class Reader {
public:
    Ends readModel(const Json& object, const std::string& where) {
        const Json& config = keras::member(object, "config", where);
        const std::string name = keras::text(keras::member(config, "name", where), cat(where, ", name,"));
        const GraphId id = m_ids.next<GraphTag>();
        Graph graph;
        graph.name = name;
        ModelDef model = config.contains("input_layers") ? readFunctional(config, id, graph, where) : readSequential(object, config, graph, where);
        model.name = name;
        const ModelId modelId = m_ids.next<ModelTag>();
        graph.models.emplace(modelId, std::move(model));
        m_graphs.emplace(id, std::move(graph));
        return {id, modelId};
    }

    ReadModel finish(Ends root, const Json& object, std::string_view what) && {
        if (!isTrainable(object["config"], std::string(what))) { // nothing stands around a root that could be frozen instead
            for (auto& entry : m_graphs.at(root.first).layers) {
                entry.second.trainable = false;
            }
        }
        for (const auto& [graph, masks] : m_masks) {
            keras::requireOwnMasks(m_graphs, graph, masks);
        }
        return {std::move(m_graphs), root.first, root.second, m_ids};
    }

private:
    const Json& layersOf(const Json& config, const std::string& where) const {
        const Json& layers = keras::member(config, "layers", where);
        if (!layers.is_array() || layers.empty()) {
            throw Error(cat(where, " must have a list of layers; it has ", keras::shown(layers), "."));
        }
        return layers;
    }

    std::string nameOfLayer(const Json& object, std::size_t index, const std::string& where) const {
        const std::string place = cat(where, ", layer ", index + 1, ",");
        const Json& own = object.is_object() && object.contains("name") ? object : keras::member(object, "config", place);
        std::string name = keras::text(keras::member(own, "name", place), place);
        if (name.empty()) {
            throw Error(cat(place, " has an empty name."));
        }
        return name;
    }

    /// Adds the layer of one entry of `layers` to the graph, nested models first.
    keras::Entry readLayer(const Json& object, std::size_t index, Graph& graph, const std::string& where) {
        keras::Entry entry;
        entry.name = nameOfLayer(object, index, where);
        const std::string place = cat(where, ", layer ", entry.name);
        const std::string className = keras::text(keras::member(object, "class_name", place), place);
        if (keras::isForeign(object)) {
            throw UnknownType(className, cat(place, " is a \"", className, "\" that somebody registered with Keras; Weft has only Keras' own layers."));
        }
        const Json& config = keras::member(object, "config", place);
        Layer layer;
        layer.name = entry.name;
        layer.trainable = isTrainable(config, place);
        entry.isOperation = keras::isOperation(object);
        if (isModel(object)) {
            entry.type = &layerTypeWhere(&LayerType::isModel);
            std::tie(layer.graph, layer.model) = readModel(object, place);
            entry.countsItself = config.contains("input_layers");
        } else {
            entry.type = entry.isOperation ? &operationType(object, className, place) : &plainType(object, className, place);
            const Json* held = modelHeldBy(*entry.type, config);
            if (held) {
                std::tie(layer.graph, layer.model) = readModel(*held, place);
                layer.trainable = layer.trainable && isTrainable((*held)["config"], place); // it has no other weights
            }
            layer.params = readParams(*entry.type, config, held, place);
        }
        layer.type = entry.type->name;
        if (layer.graph) {
            entry.outputs = static_cast<int>(m_graphs.at(layer.graph).model(layer.model)->outputs.size());
        }
        entry.layer = m_ids.next<LayerTag>();
        graph.layers.emplace(entry.layer, std::move(layer));
        return entry;
    }

    static bool isTrainable(const Json& config, const std::string& place) {
        const auto trainable = config.find("trainable");
        if (trainable != config.end() && !trainable->is_boolean()) {
            throw Error(cat(place, " must be trainable or not; it says ", keras::shown(*trainable), "."));
        }
        return trainable == config.end() || trainable->get<bool>();
    }

    static bool isModel(const Json& object) {
        const auto config = object.is_object() ? object.find("config") : object.end();
        return config != object.end() && config->is_object() && config->contains("layers");
    }

    static const LayerType& plainType(const Json& object, const std::string& className, const std::string& place) {
        const LayerType* type = isLayerModule(object) ? kerasLayer(className) : nullptr;
        if (!type) {
            throw UnknownType(className, cat(place, " is a \"", className, "\", which Weft does not have."));
        }
        if (type->isModel) {
            throw Error(cat(place, " is a model, but has no list of layers."));
        }
        return *type;
    }

    /// The layer that stands for one of Keras' operations on tensors.
    static const LayerType& operationType(const Json& object, const std::string& className, const std::string& place) {
        const std::string operation = cat(object["module"].get<std::string>(), ".", className);
        const auto& types = layerTypes();
        const auto found = std::find_if(types.begin(), types.end(), [&](const LayerType& type) { return type.kerasOperation == operation; });
        if (found == types.end()) {
            throw UnknownType(operation, cat(place, " is the operation \"", operation, "\", which Weft does not have as a layer."));
        }
        return *found;
    }

    /// The model within a layer that applies one to each step of a sequence; null where it holds a plain layer, or none.
    static const Json* modelHeldBy(const LayerType& type, const Json& config) {
        const Parameter* parameter = type.foldsTime ? heldLayerParameter(type) : nullptr;
        const auto held = parameter && config.is_object() ? config.find(parameter->name) : config.end();
        return held != config.end() && isModel(*held) ? &*held : nullptr;
    }

    /// `held`: the model within the layer, which is no parameter.
    static ParamMap readParams(const LayerType& type, const Json& config, const Json* held, const std::string& place) {
        const KerasType known{type.name, &type.schema, &type.kerasFixed, &type.fromKeras, &type.toKeras};
        if (!held) {
            return readKerasConfig(config, place, known, runtimeCatalogues);
        }
        Json rest = Json::object();
        for (const auto& [key, value] : config.items()) {
            if (&value != held) {
                rest[key] = value;
            }
        }
        return readKerasConfig(rest, place, known, runtimeCatalogues);
    }

    CallId addCallOf(const keras::Entry& entry, Graph& graph, std::vector<std::optional<Source>> inputs) {
        const CallId id = m_ids.next<CallTag>();
        graph.calls.emplace(id, Call{entry.layer, std::move(inputs)});
        return id;
    }

    // --- Sequential --------------------------------------------------------------------------------------------------

    ModelDef readSequential(const Json& object, const Json& config, Graph& graph, const std::string& where) {
        const Json& layers = layersOf(config, where);
        ModelDef model;
        std::set<std::string> names;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const std::string name = nameOfLayer(layers[i], i, where);
            if (!names.insert(name).second) {
                throw Error(cat(where, " has two layers named \"", name, "\"."));
            }
        }
        std::vector<keras::Entry> entries;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const auto className = layers[i].find("class_name");
            const LayerType* type = className != layers[i].end() && className->is_string() ? kerasLayer(className->get<std::string>()) : nullptr;
            const bool isInput = type && type->isInput;
            if (isInput && i > 0) {
                throw Error(cat(where, " has an input as its layer ", i + 1, "; a Sequential model has one only at its beginning."));
            }
            if (i == 0) {
                const keras::Entry input = isInput ? readLayer(layers[0], 0, graph, where) : inputFor(object, config, layers[0], graph, names, where);
                model.inputs = {addCallOf(input, graph, {})};
            }
            if (!isInput) {
                entries.push_back(readLayer(layers[i], i, graph, where));
            }
        }
        Source last{model.inputs[0], 0};
        for (const keras::Entry& entry : entries) {
            last = {addCallOf(entry, graph, {last}), 0};
        }
        model.outputs = {last};
        model.isSequential = true;
        return model;
    }

    /// The input that a Sequential model without an InputLayer has in its other keys.
    keras::Entry inputFor(const Json& object, const Json& config, const Json& first, Graph& graph, const std::set<std::string>& names, const std::string& where) {
        const Json* shape = nullptr;
        const auto take = [&](const Json& from, const char* key) {
            const auto found = from.is_object() ? from.find(key) : from.end();
            if (!shape && found != from.end() && !found->is_null()) {
                shape = &*found;
            }
        };
        const Json& firstConfig = keras::member(first, "config", where);
        take(firstConfig, "batch_shape");
        take(firstConfig, "batch_input_shape");
        take(config, "build_input_shape");
        if (object.contains("build_config")) {
            take(object["build_config"], "input_shape");
        }
        if (!shape) {
            throw Error(cat(where, " does not say which shape comes in: it has no InputLayer and was not built."));
        }
        keras::Entry entry;
        entry.name = "input_layer";
        for (int number = 1; names.count(entry.name) != 0; ++number) {
            entry.name = cat("input_layer_", number);
        }
        const LayerType& type = layerTypeWhere(&LayerType::isInput);
        entry.layer = m_ids.next<LayerTag>();
        graph.layers.emplace(entry.layer, Layer{type.name, entry.name, readParams(type, {{"batch_shape", *shape}, {"dtype", "float32"}}, nullptr, where), true, {}, {}});
        return entry;
    }

    // --- Functional --------------------------------------------------------------------------------------------------

    ModelDef readFunctional(const Json& config, GraphId graphId, Graph& graph, const std::string& where) {
        const Json& layers = layersOf(config, where);
        const Json& inputs = keras::member(config, "input_layers", where);
        const Json& outputs = keras::member(config, "output_layers", where);
        const std::set<std::size_t> bookkeeping = keras::maskBookkeeping(layers, Json::array({inputs, outputs}));
        std::vector<keras::Entry> entries;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            keras::Entry entry;
            if (bookkeeping.contains(i)) {
                entry.name = nameOfLayer(layers[i], i, where);
                entry.step = keras::text(keras::member(layers[i], "class_name", where), where);
            } else {
                entry = readLayer(layers[i], i, graph, where);
            }
            const std::string place = cat(where, ", layer ", entry.name);
            entry.nodes = &keras::member(layers[i], "inbound_nodes", place);
            if (!entry.nodes->is_array() || (entry.type && entry.type->isInput && !entry.nodes->empty())) {
                throw Error(cat(place, " has inbound_nodes that are no list of calls."));
            }
            entries.push_back(std::move(entry));
        }
        keras::CallReader calls(graph, m_ids, where, std::move(entries));
        calls.makeCalls();
        ModelDef model;
        model.inputs = calls.inputs(inputs);
        model.outputs = calls.outputs(outputs);
        if (auto masks = calls.givenMasks(); !masks.empty()) {
            m_masks.emplace(graphId, std::move(masks));
        }
        return model;
    }

    std::map<GraphId, std::vector<keras::GivenMask>> m_masks;
    Graphs m_graphs;
    IdSource m_ids;
};

} // namespace

ReadModel readArchitecture(const Json& json, std::string_view what) {
    keras::requireShallow(json, what);
    if (!json.is_object() || keras::isForeign(json)) {
        throw Error(cat(what, " is not the architecture of a Keras model; it is ", keras::shown(json), "."));
    }
    Reader reader;
    const Ends root = reader.readModel(json, std::string(what));
    return std::move(reader).finish(root, json, what);
}

} // namespace weft
