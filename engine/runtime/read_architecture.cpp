// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/graph/edits.h"
#include "engine/layers/layer_type.h"
#include "engine/runtime/keras_architecture.h"
#include "engine/runtime/keras_value.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <deque>
#include <set>

namespace weft {
namespace {

using Json = nlohmann::json;
using Ends = std::pair<GraphId, ModelId>;

/// A layer while its model is read.
struct Entry {
    std::string name;
    LayerId layer;
    bool isInput = false;
    bool isFunctional = false;
    int outputs = -1;            ///< of a nested model; -1: the layer's inference will tell
    const Json* nodes = nullptr; ///< calls to make
    std::size_t next = 0;        ///< of them
    std::vector<CallId> calls;   ///< made
};

/// `keras_history`: output `tensor` of call `node` of a layer.
struct History {
    std::size_t entry = 0;
    std::size_t node = 0;
    int tensor = 0;
};

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
        ModelDef model = config.contains("input_layers") ? readFunctional(config, graph, where) : readSequential(object, config, graph, where);
        model.name = name;
        const ModelId modelId = m_ids.next<ModelTag>();
        graph.models.emplace(modelId, std::move(model));
        m_graphs.emplace(id, std::move(graph));
        return {id, modelId};
    }

    ReadModel finish(Ends root) && { return {std::move(m_graphs), root.first, root.second, m_ids}; }

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
    Entry readLayer(const Json& object, std::size_t index, Graph& graph, const std::string& where) {
        Entry entry;
        entry.name = nameOfLayer(object, index, where);
        const std::string place = cat(where, ", layer ", entry.name);
        const std::string className = keras::text(keras::member(object, "class_name", place), place);
        if (keras::isForeign(object)) {
            throw UnknownType(className, cat(place, " is a \"", className, "\" that somebody registered with Keras; Weft has only Keras' own layers."));
        }
        if (!isLayerModule(object)) {
            const std::string operation = cat(object["module"].get<std::string>(), ".", className);
            throw UnknownType(operation, cat(place, " is the operation \"", operation, "\", which Weft does not have as a layer."));
        }
        const Json& config = keras::member(object, "config", place);
        Layer layer;
        layer.name = entry.name;
        if (const auto trainable = config.find("trainable"); trainable != config.end()) {
            if (!trainable->is_boolean()) {
                throw Error(cat(place, " must be trainable or not; it says ", keras::shown(*trainable), "."));
            }
            layer.trainable = trainable->get<bool>();
        }
        if (config.is_object() && config.contains("layers")) {
            std::tie(layer.graph, layer.model) = readModel(object, place);
            layer.type = layerTypeWhere(&LayerType::isModel).name;
            entry.isFunctional = config.contains("input_layers");
            entry.outputs = static_cast<int>(m_graphs.at(layer.graph).model(layer.model)->outputs.size());
        } else {
            const LayerType* type = kerasLayer(className);
            if (!type) {
                throw UnknownType(className, cat(place, " is a \"", className, "\", which Weft does not have."));
            }
            if (type->isModel) {
                throw Error(cat(place, " is a model, but has no list of layers."));
            }
            layer.type = type->name;
            entry.isInput = type->isInput;
            layer.params = readParams(*type, config, place);
        }
        entry.layer = m_ids.next<LayerTag>();
        graph.layers.emplace(entry.layer, std::move(layer));
        return entry;
    }

    static ParamMap readParams(const LayerType& type, const Json& config, const std::string& place) {
        const KerasType known{type.name, &type.schema, &type.kerasFixed, &type.fromKeras, &type.toKeras};
        return readKerasConfig(config, place, known, runtimeCatalogues);
    }

    CallId addCallOf(Entry& entry, Graph& graph, std::vector<std::optional<Source>> inputs) {
        const CallId id = m_ids.next<CallTag>();
        graph.calls.emplace(id, Call{entry.layer, std::move(inputs)});
        entry.calls.push_back(id);
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
        std::vector<Entry> entries;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const auto className = layers[i].find("class_name");
            const LayerType* type = className != layers[i].end() && className->is_string() ? kerasLayer(className->get<std::string>()) : nullptr;
            const bool isInput = type && type->isInput;
            if (isInput && i > 0) {
                throw Error(cat(where, " has an input as its layer ", i + 1, "; a Sequential model has one only at its beginning."));
            }
            if (i == 0) {
                Entry input = isInput ? readLayer(layers[0], 0, graph, where) : inputFor(object, config, layers[0], graph, names, where);
                model.inputs = {addCallOf(input, graph, {})};
            }
            if (!isInput) {
                entries.push_back(readLayer(layers[i], i, graph, where));
            }
        }
        Source last{model.inputs[0], 0};
        for (Entry& entry : entries) {
            last = {addCallOf(entry, graph, {last}), 0};
        }
        model.outputs = {last};
        return model;
    }

    /// The input that a Sequential model without an InputLayer has in its other keys.
    Entry inputFor(const Json& object, const Json& config, const Json& first, Graph& graph, const std::set<std::string>& names, const std::string& where) {
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
        Entry entry;
        entry.name = "input_layer";
        for (int number = 1; names.count(entry.name) != 0; ++number) {
            entry.name = cat("input_layer_", number);
        }
        const LayerType& type = layerTypeWhere(&LayerType::isInput);
        entry.layer = m_ids.next<LayerTag>();
        graph.layers.emplace(entry.layer, Layer{type.name, entry.name, readParams(type, {{"batch_shape", *shape}, {"dtype", "float32"}}, where), true, {}, {}});
        return entry;
    }

    // --- Functional --------------------------------------------------------------------------------------------------

    struct Functional {
        std::vector<Entry> entries;
        std::map<std::string, std::size_t, std::less<>> byName;
        /// Layers that cannot go on before call `second` of layer `first` is there.
        std::map<std::pair<std::size_t, std::size_t>, std::vector<std::size_t>> waiting;
    };

    ModelDef readFunctional(const Json& config, Graph& graph, const std::string& where) {
        const Json& layers = layersOf(config, where);
        Functional f;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            Entry entry = readLayer(layers[i], i, graph, where);
            if (!f.byName.emplace(entry.name, i).second) {
                throw Error(cat(where, " has two layers named \"", entry.name, "\"."));
            }
            const Json& nodes = keras::member(layers[i], "inbound_nodes", cat(where, ", layer ", entry.name));
            if (!nodes.is_array() || (entry.isInput && !nodes.empty())) {
                throw Error(cat(where, ", layer ", entry.name, " has inbound_nodes that are no list of calls."));
            }
            entry.nodes = &nodes;
            if (entry.isInput) {
                addCallOf(entry, graph, {});
            }
            f.entries.push_back(std::move(entry));
        }
        makeCalls(f, graph, where);
        ModelDef model;
        for (const History& end : historiesOf(keras::member(config, "input_layers", where), f, cat(where, ", input_layers"))) {
            const Entry& entry = f.entries[end.entry];
            if (!entry.isInput) {
                throw Error(cat(where, " begins at the layer \"", entry.name, "\", which is no InputLayer."));
            }
            model.inputs.push_back(sourceOf(end, f, where).call);
        }
        for (History end : historiesOf(keras::member(config, "output_layers", where), f, cat(where, ", output_layers"))) {
            const Entry& entry = f.entries[end.entry];
            if (entry.isFunctional && !entry.calls.empty()) { // here, and only here, Keras counts the model's own graph as its call 0
                end.node = end.node == 0 ? entry.calls.size() - 1 : end.node - 1;
            }
            model.outputs.push_back(sourceOf(end, f, where));
        }
        if (model.outputs.empty()) {
            throw Error(cat(where, " has no outputs."));
        }
        return model;
    }

    /// Makes every call as soon as all its inputs are there, each layer's calls in their order.
    void makeCalls(Functional& f, Graph& graph, const std::string& where) {
        std::deque<std::size_t> ready;
        const auto advance = [&](std::size_t index) {
            Entry& entry = f.entries[index];
            while (entry.next < entry.nodes->size()) {
                const std::string place = cat(where, ", layer ", entry.name, ", call ", entry.next + 1);
                std::vector<std::optional<Source>> inputs;
                for (const History& history : argumentsOf((*entry.nodes)[entry.next], f, place)) {
                    if (history.node >= f.entries[history.entry].calls.size()) {
                        f.waiting[{history.entry, history.node}].push_back(index);
                        return;
                    }
                    inputs.emplace_back(sourceOf(history, f, place));
                }
                if (inputs.empty()) {
                    throw Error(cat(place, " has no inputs."));
                }
                addCallOf(entry, graph, std::move(inputs));
                ++entry.next;
                if (auto waiters = f.waiting.extract({index, entry.calls.size() - 1})) {
                    ready.insert(ready.end(), waiters.mapped().begin(), waiters.mapped().end());
                }
            }
        };
        for (std::size_t i = 0; i < f.entries.size(); ++i) {
            ready.push_back(i);
            while (!ready.empty()) {
                const std::size_t index = ready.front();
                ready.pop_front();
                advance(index);
            }
        }
        if (!f.waiting.empty()) {
            const auto& [missing, waiters] = *f.waiting.begin();
            throw Error(cat(where, ": the layer \"", f.entries[waiters.front()].name, "\" is called on call ", missing.second + 1, " of the layer \"",
                            f.entries[missing.first].name, "\", which is never made: it is not there, or depends on itself."));
        }
    }

    std::vector<History> argumentsOf(const Json& node, const Functional& f, const std::string& place) const {
        const Json& args = keras::member(node, "args", place);
        if (!args.is_array()) {
            throw Error(cat(place, " must have a list of arguments; it has ", keras::shown(args), "."));
        }
        std::vector<History> out;
        gatherTensors(args, f, place, out);
        if (const auto kwargs = node.find("kwargs"); kwargs != node.end() && kwargs->is_object()) {
            for (const auto& [key, value] : kwargs->items()) {
                // Keras writes `training` down, but what is given to fit or predict overrides it.
                if (!value.is_null() && key != "training") {
                    throw UnknownType(cat("argument ", key), cat(place, " has the argument ", key, ", which Weft does not have."));
                }
            }
        }
        return out;
    }

    /// The tensors among arguments: alone, in lists, and in dictionaries, which Keras flattens by sorted key.
    void gatherTensors(const Json& json, const Functional& f, const std::string& place, std::vector<History>& out) const {
        if (json.is_array()) {
            for (const Json& element : json) {
                gatherTensors(element, f, place, out);
            }
        } else if (!json.is_object()) {
            if (!json.is_null()) {
                throw UnknownType("constant argument", cat(place, " has the constant ", keras::shown(json), " as an argument; Weft's layers take tensors only."));
            }
        } else if (!json.contains("class_name")) {
            for (const auto& entry : json.items()) {
                gatherTensors(entry.value(), f, place, out);
            }
        } else {
            const Json& config = keras::member(json, "config", place);
            out.push_back(historyOf(keras::member(config, "keras_history", place), f, place));
        }
    }

    History historyOf(const Json& json, const Functional& f, const std::string& place) const {
        if (!json.is_array() || json.size() != 3) {
            throw Error(cat(place, " must name a tensor as [layer, call, output]; it has ", keras::shown(json), "."));
        }
        const std::string name = keras::text(json[0], place);
        const auto found = f.byName.find(name);
        if (found == f.byName.end()) {
            throw Error(cat(place, " takes its input from the layer \"", name, "\", which is not there."));
        }
        const std::int64_t node = keras::integer(json[1], place);
        const std::int64_t tensor = keras::integer(json[2], place);
        constexpr std::int64_t kMost = 1'000'000;
        const int outputs = f.entries[found->second].outputs;
        if (node < 0 || node > kMost || tensor < 0 || tensor > kMost || (outputs >= 0 && tensor >= outputs)) {
            throw Error(cat(place, " takes output ", tensor, " of call ", node, " of the layer \"", name, "\", which is not there."));
        }
        return {found->second, static_cast<std::size_t>(node), static_cast<int>(tensor)};
    }

    Source sourceOf(const History& history, const Functional& f, const std::string& place) const {
        const Entry& entry = f.entries[history.entry];
        if (history.node >= entry.calls.size()) {
            throw Error(cat(place, " names call ", history.node, " of the layer \"", entry.name, "\", which is called ", entry.calls.size(), " times."));
        }
        return {entry.calls[history.node], history.tensor};
    }

    /// `[name, node, tensor]`, or lists or dictionaries of these.
    std::vector<History> historiesOf(const Json& json, const Functional& f, const std::string& place) const {
        if (json.is_array() && json.size() == 3 && json[0].is_string()) {
            return {historyOf(json, f, place)};
        }
        if (!json.is_structured()) {
            throw Error(cat(place, " must be a list or dictionary of [layer, call, output]; it has ", keras::shown(json), "."));
        }
        std::vector<History> out;
        for (const Json& element : json) {
            const auto inner = historiesOf(element, f, place);
            out.insert(out.end(), inner.begin(), inner.end());
        }
        return out;
    }

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
    return std::move(reader).finish(root);
}

} // namespace weft
