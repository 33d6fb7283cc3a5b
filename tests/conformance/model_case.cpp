// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/model_case.h"

#include "engine/base/text.h"
#include "engine/model/analysis.h"
#include "engine/model/model_order.h"

#include <algorithm>
#include <set>

namespace weft::conformance {
namespace {

std::vector<std::string> keysOf(const Json& ends, const std::vector<Model::Port>& ports) {
    std::vector<std::string> keys;
    if (ends.is_object()) {
        for (const auto& [key, value] : ends.items()) {
            keys.push_back(key);
        }
        return keys;
    }
    for (const auto& port : ports) {
        keys.push_back(port.name);
    }
    return keys;
}

Json shapeJson(const Shape& shape) {
    Json out = Json::array();
    for (const std::int64_t size : shape.dims()) {
        out.push_back(size == kUnknown ? Json() : Json(size));
    }
    return out;
}

/// A Sequential model: Keras does not count its input as a layer and gives its ends no names.
bool isSequential(const Json& architecture) { return !architecture.at("config").contains("input_layers"); }

/// Names and shapes, the size of the batch included, of inputs or outputs. Of outputs with one name Keras keeps both, the engine numbers the
/// later ones; a name that no layer has is a name of a tensor, which the file does not hold.
void comparePorts(Case& c, const std::vector<Model::Port>& ports, const std::vector<Shape>& shapes, const char* namesKey, const char* shapesKey,
                  const Json& expected, const Graph& graph, bool sequential) {
    Json names = c.json().at(namesKey);
    if (names.empty() && sequential) {
        names = Json(std::vector<std::string>(ports.size()));
    }
    if (names.size() != ports.size() || expected.size() != ports.size()) {
        c.fail(cat(namesKey, ": the model has ", ports.size(), ", expected ", names.size()));
        return;
    }
    std::set<std::string> seen;
    for (std::size_t i = 0; i < ports.size(); ++i) {
        const auto name = names[i].get<std::string>();
        const bool isLayer = std::any_of(graph.layers.begin(), graph.layers.end(), [&](const auto& entry) { return entry.second.name == name; });
        if (seen.insert(name).second && isLayer && name != ports[i].name) {
            c.fail(cat(namesKey, ": \"", ports[i].name, "\" stands where \"", name, "\" was expected"));
        }
        if (const Json got = shapeJson(shapes[i]); got != expected.at(i)) {
            c.fail(cat(shapesKey, ": ", ports[i].name, " has ", got.dump(), ", expected ", expected[i].dump()));
        }
    }
}

/// The shape of output `i` as its array has it, where that is not what Keras says of it (a Bidirectional of two kinds of layers), else null.
Json shapeOfArray(const Json& json, std::size_t i) {
    const Json& said = json.at("output_shapes").at(i);
    const Json array = json.contains("calls") ? json["calls"].at(0).at("outputs").at(i).at("shape") : Json();
    for (std::size_t axis = 1; axis < array.size(); ++axis) {
        if (array.size() != said.size() || (!said[axis].is_null() && said[axis] != array[axis])) {
            Json shape = array;
            shape[0] = said.at(0);
            return shape;
        }
    }
    return nullptr;
}

/// Names of entries that are Keras' operations: those are not among what a case lists as layers.
std::set<std::string> operationsOf(const Json& architecture) {
    std::set<std::string> names;
    for (const Json& layer : architecture.at("config").at("layers")) {
        if (layer.value("module", std::string()).rfind("keras.src.ops.", 0) == 0) {
            names.insert(layer.at("config").at("name").get<std::string>());
        }
    }
    return names;
}

/// `mistaken`: calls whose shapes Keras' own arrays contradict.
void compareLayers(Case& c, const ReadModel& read, const Analysis& analysis, const Json& architecture, const std::set<CallId>& mistaken) {
    const Graph& graph = read.graphs.at(read.root);
    const ModelDef& def = *graph.model(read.model);
    auto order = layersInKerasOrder(graph, def);
    if (isSequential(architecture)) {
        order.erase(order.begin());
    }
    std::erase_if(order, [&, operations = operationsOf(architecture)](LayerId id) { return operations.contains(graph.layer(id)->name); });
    const auto calls = callsByLayer(graph, def);
    const Json& layers = c.json().at("layers");
    if (layers.size() != order.size()) {
        c.fail(cat("layers: the model has ", order.size(), ", expected ", layers.size()));
        return;
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
        const Layer& layer = *graph.layer(order[i]);
        const std::string where = cat("layer ", layer.name);
        c.expectKeys(layers[i], {"name", "class_name", "params", "output_shapes"}, where);
        if (layers[i].at("name") != layer.name) {
            c.fail(cat("layers: \"", layer.name, "\" stands where ", layers[i].at("name").dump(), " was expected"));
            continue;
        }
        if (const auto parameters = analysis.layers.at(order[i]).parameters; layers[i].at("params") != parameters) {
            c.fail(cat(where, ": ", parameters, " parameters, expected ", layers[i].at("params").dump()));
        }
        const bool isMistaken = std::any_of(mistaken.begin(), mistaken.end(), [&](CallId call) { return graph.call(call)->layer == order[i]; });
        Json shapes = Json::array();
        for (const CallId call : calls.at(order[i])) {
            Json outputs = Json::array();
            for (const TensorSpec& output : analysis.calls.at(call).outputs) {
                outputs.push_back(shapeJson(output.shape));
            }
            shapes.push_back(outputs);
        }
        if (!isMistaken && shapes != layers[i].at("output_shapes")) {
            c.fail(cat(where, ": outputs ", shapes.dump(), ", expected ", layers[i].at("output_shapes").dump()));
        }
    }
}

} // namespace

ModelOfCase::ModelOfCase(Case& c) {
    const Json& json = c.json();
    const Json architecture = c.document(json.at("model").get<std::string>());
    read = readArchitecture(architecture, "model.json");
    model = Model::build(read.graphs, read.root, read.model);
    const Json& config = architecture.at("config");
    inputKeys = keysOf(config.value("input_layers", Json()), model->inputs());
    outputKeys = keysOf(config.value("output_layers", Json()), model->outputs());

    const Graph& graph = read.graphs.at(read.root);
    const ModelDef& def = *graph.model(read.model);
    const Analysis analysis = analyze(read.graphs, read.root);
    std::vector<Shape> inputs, outputs;
    for (const CallId input : def.inputs) {
        inputs.push_back(analysis.calls.at(input).outputs.at(0).shape);
    }
    for (const Source& output : def.outputs) {
        outputs.push_back(analysis.calls.at(output.call).outputs.at(static_cast<std::size_t>(output.output)).shape);
    }
    Json outputShapes = json.at("output_shapes");
    std::set<CallId> mistaken;
    for (std::size_t i = 0; i < outputShapes.size() && i < def.outputs.size(); ++i) {
        if (Json shape = shapeOfArray(json, i); !shape.is_null()) {
            outputShapes[i] = std::move(shape);
            mistaken.insert(def.outputs[i].call);
        }
    }
    comparePorts(c, model->inputs(), inputs, "input_names", "input_shapes", json.at("input_shapes"), graph, isSequential(architecture));
    comparePorts(c, model->outputs(), outputs, "output_names", "output_shapes", outputShapes, graph, isSequential(architecture));
    compareLayers(c, read, analysis, architecture, mistaken);
    if (json.at("count_params") != model->parameters() || json.at("trainable_params") != model->trainableParameters()) {
        c.fail(cat("parameters: ", model->parameters(), ", ", model->trainableParameters(), " of them trainable; expected ", json.at("count_params").dump(), " and ",
                   json.at("trainable_params").dump()));
    }

    const Json stored = c.document(json.at("weights").get<std::string>());
    if (stored.size() != model->weights().size()) {
        throw Error(cat("The model has ", model->weights().size(), " weights, expected ", stored.size(), "."));
    }
    for (std::size_t i = 0; i < stored.size(); ++i) {
        const Model::Weight& weight = model->weights()[i];
        const std::string where = cat("weight ", i, " (", weight.path, ")");
        c.expectKeys(stored[i], {"index", "path", "name", "shape", "dtype", "trainable", "file"}, where);
        Tensor tensor = c.array(stored[i]);
        const bool isNamed = stored[i].at("name") == weight.spec.name.substr(weight.spec.name.rfind('/') + 1); // a held layer's weights carry its name
        if (!isNamed || tensor.shape() != weight.spec.shape || stored[i].at("trainable") != weight.trainable) {
            throw Error(cat(where, " is ", weight.spec.shape.text(), ", expected ", stored[i].dump(), "."));
        }
        weights[weight.key] = std::make_shared<const Tensor>(std::move(tensor));
    }
}

std::size_t ModelOfCase::inputNamed(const std::string& key) const {
    const auto found = std::find(inputKeys.begin(), inputKeys.end(), key);
    if (found == inputKeys.end()) {
        throw Error(cat("The model has no input \"", key, "\"."));
    }
    return static_cast<std::size_t>(found - inputKeys.begin());
}

std::size_t ModelOfCase::outputNamed(const std::string& key) const {
    auto found = std::find(outputKeys.begin(), outputKeys.end(), key);
    if (found != outputKeys.end()) {
        return static_cast<std::size_t>(found - outputKeys.begin());
    }
    for (std::size_t i = 0; i < model->outputs().size(); ++i) {
        if (model->outputs()[i].name == key) {
            return i;
        }
    }
    throw Error(cat("The model has no output \"", key, "\"."));
}

void ModelOfCase::compareByIndex(Case& c, const Json& entries, const std::vector<Tensor>& got, const std::string& where) const {
    for (const Json& entry : entries) {
        c.expectKeys(entry, {"index", "path", "name", "file", "shape", "dtype", "trainable"}, where);
        const auto index = entry.at("index").get<std::size_t>();
        const std::string place = cat(where, " of ", entry.at("path").get<std::string>());
        if (index >= got.size()) {
            c.fail(cat(place, ": there is no weight ", index));
        } else if (entry.at("file").is_null()) {
            const bool isNothing = got[index].empty() || std::all_of(got[index].floats().begin(), got[index].floats().end(), [](float x) { return x == 0; });
            if (!isNothing) {
                c.fail(cat(place, ": there is one, expected none"));
            }
        } else {
            c.compare(got[index], c.array(entry), place);
        }
    }
}

void ModelOfCase::requireListed(Case& c, const Json& entries, const std::string& where) const {
    for (std::size_t i = 0; i < model->weights().size(); ++i) {
        const bool isListed = std::any_of(entries.begin(), entries.end(), [&](const Json& entry) { return entry.at("index") == i; });
        if (model->weights()[i].trainable && !isListed) {
            c.fail(cat(where, " of ", model->weights()[i].path, ": Keras gives none, since it does not train it"));
        }
    }
}

std::vector<Tensor> inOrder(const Model& model, const Weights& weights) {
    std::vector<Tensor> out;
    for (const Model::Weight& weight : model.weights()) {
        out.push_back(*weights.at(weight.key));
    }
    return out;
}

} // namespace weft::conformance
