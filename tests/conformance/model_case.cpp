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

/// Names and shapes of inputs or outputs. Of outputs with one name Keras keeps both, the engine numbers the later ones; a name that no
/// layer has is a name of a tensor, which the file does not hold.
void comparePorts(Case& c, const std::vector<Model::Port>& ports, const char* names, const char* shapes, const Graph& graph, bool sequential) {
    Json wanted = c.json().at(names);
    if (wanted.empty() && sequential) {
        wanted = Json(std::vector<std::string>(ports.size()));
    }
    const Json& wantedShapes = c.json().at(shapes);
    if (wanted.size() != ports.size() || wantedShapes.size() != ports.size()) {
        c.fail(cat(names, ": the model has ", ports.size(), ", expected ", wanted.size()));
        return;
    }
    std::set<std::string> seen;
    for (std::size_t i = 0; i < ports.size(); ++i) {
        const auto name = wanted[i].get<std::string>();
        const bool isLayer = std::any_of(graph.layers.begin(), graph.layers.end(), [&](const auto& entry) { return entry.second.name == name; });
        if (seen.insert(name).second && isLayer && name != ports[i].name) {
            c.fail(cat(names, ": \"", ports[i].name, "\" stands where \"", name, "\" was expected"));
        }
        Json shape = wantedShapes[i];
        Json got = shapeJson(ports[i].spec.shape);
        shape[0] = got[0] = nullptr; // a fixed batch size is kept by the Input, not by the model's values
        if (shape != got) {
            c.fail(cat(shapes, ": ", ports[i].name, " has ", got.dump(), ", expected ", shape.dump()));
        }
    }
}

void compareLayers(Case& c, const ReadModel& read, bool sequential) {
    const Graph& graph = read.graphs.at(read.root);
    const ModelDef& def = *graph.model(read.model);
    const Analysis analysis = analyze(read.graphs, read.root);
    auto order = layersInKerasOrder(graph, def);
    if (sequential) {
        order.erase(order.begin());
    }
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
        Json shapes = Json::array();
        for (const CallId call : calls.at(order[i])) {
            Json outputs = Json::array();
            for (const TensorSpec& output : analysis.calls.at(call).outputs) {
                outputs.push_back(shapeJson(output.shape));
            }
            shapes.push_back(outputs);
        }
        if (shapes != layers[i].at("output_shapes")) {
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

    comparePorts(c, model->inputs(), "input_names", "input_shapes", read.graphs.at(read.root), isSequential(architecture));
    comparePorts(c, model->outputs(), "output_names", "output_shapes", read.graphs.at(read.root), isSequential(architecture));
    compareLayers(c, read, isSequential(architecture));
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
        // Keras names a weight within the part of the layer that holds it: `kernel` of `query/kernel`.
        const std::string own = weight.spec.name.substr(weight.spec.name.rfind('/') + 1);
        if (stored[i].at("name") != own || tensor.shape() != weight.spec.shape || stored[i].at("trainable") != weight.trainable) {
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

std::vector<Tensor> inOrder(const Model& model, const Weights& weights) {
    std::vector<Tensor> out;
    for (const Model::Weight& weight : model.weights()) {
        out.push_back(*weights.at(weight.key));
    }
    return out;
}

} // namespace weft::conformance
