// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/predictor.h"

#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/runtime/batch_runner.h"
#include "engine/runtime/keras_architecture.h"
#include "engine/runtime/safetensors.h"
#include "engine/schema/value_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft {

struct Predictor::Impl {
    std::filesystem::path folder;
    std::string name;
    std::vector<Port> inputs, outputs;
    std::unique_ptr<const BatchRunner> runner;
    double tolerance = 1e-5;
};

namespace {

constexpr std::uint64_t kLargestJson = 64U << 20;
constexpr int kVersion = 1;

using NamedTensors = std::map<std::string, std::shared_ptr<const Tensor>>;

NamedTensors readTensors(const std::filesystem::path& file) { return parseSafeTensors(readFile(file), pathText(file)).tensors; }

std::vector<std::shared_ptr<const Tensor>> weightsFor(const Model& model, NamedTensors tensors, const std::string& what) {
    std::vector<std::shared_ptr<const Tensor>> weights;
    for (const Model::Weight& weight : model.weights()) {
        const auto found = tensors.find(weight.path);
        if (found == tensors.end()) {
            throw Error(cat(what, " has no tensor \"", weight.path, "\", which the model needs."));
        }
        const Tensor& tensor = *found->second;
        if (tensor.shape() != weight.spec.shape || tensor.dtype() != DType::float32) {
            throw Error(cat(what, " holds \"", weight.path, "\" as ", nameOf(tensor.dtype()), " of shape ", tensor.shape().text(), "; expected float32 of shape ",
                            weight.spec.shape.text(), "."));
        }
        weights.push_back(found->second);
        tensors.erase(found);
    }
    if (!tensors.empty()) {
        throw Error(cat(what, " holds the tensor \"", tensors.begin()->first, "\", which the model does not have."));
    }
    return weights;
}

/// NaN is at no distance from NaN, and infinitely far from every number.
double distance(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) {
        return std::isnan(a) && std::isnan(b) ? 0.0 : std::numeric_limits<double>::infinity();
    }
    return a == b ? 0.0 : std::abs(a - b);
}

/// Names of the file's `inputs` or `outputs`, which must be the model's, in order.
std::vector<Predictor::Port> portsOf(const std::vector<Model::Port>& ports, const nlohmann::json& json, const char* key, const std::string& what) {
    const auto list = json.find(key);
    if (list == json.end() || !list->is_array() || list->size() != ports.size()) {
        throw Error(cat(what, " must list ", ports.size(), " ", key, ", as its architecture has."));
    }
    std::vector<Predictor::Port> out;
    for (std::size_t i = 0; i < ports.size(); ++i) {
        const auto& entry = (*list)[i];
        if (!entry.is_object() || !entry.contains("name") || !entry["name"].is_string()) {
            throw Error(cat(what, " has an entry without a name under \"", key, "\"."));
        }
        Predictor::Port port{entry["name"].get<std::string>(), ports[i].spec, {}};
        if (const auto labels = entry.find("labels"); labels != entry.end() && labels->is_array()) {
            for (const auto& label : *labels) {
                port.labels.push_back(label.is_string() ? label.get<std::string>() : label.dump());
            }
        }
        out.push_back(std::move(port));
    }
    return out;
}

} // namespace

Predictor Predictor::load(const std::filesystem::path& folder, int threads) {
    const std::filesystem::path jsonPath = folder / "model.json";
    const std::string what = pathText(jsonPath);
    const nlohmann::json json = parseJson(readFile(jsonPath, kLargestJson), what);
    if (!json.is_object() || json.value("format", nlohmann::json()) != "weft-model") {
        throw Error(cat(what, " is not a model of Weft: its \"format\" is not \"weft-model\"."));
    }
    const auto version = json.value("version", nlohmann::json());
    if (!version.is_number_integer() || version.get<std::int64_t>() < 1) {
        throw Error(cat(what, " has no \"version\"; expected ", kVersion, "."));
    }
    if (version.get<std::int64_t>() > kVersion) {
        throw Error(cat(what, " was written by a newer Weft (version ", version.get<std::int64_t>(), " of the format; this program reads up to ", kVersion, ")."));
    }
    if (!json.contains("architecture")) {
        throw Error(cat(what, " has no \"architecture\"."));
    }
    const ReadModel read = readArchitecture(json["architecture"], what);
    const std::shared_ptr<const Model> model = Model::build(read.graphs, read.root, read.model);
    auto impl = std::make_shared<Impl>();
    impl->folder = folder;
    impl->name = model->name();
    impl->inputs = portsOf(model->inputs(), json, "inputs", what);
    impl->outputs = portsOf(model->outputs(), json, "outputs", what);
    if (const auto check = json.find("check"); check != json.end() && check->is_object() && check->contains("tolerance") && (*check)["tolerance"].is_number()) {
        impl->tolerance = (*check)["tolerance"].get<double>();
    }
    const std::filesystem::path weightsPath = folder / "weights.safetensors";
    impl->runner = std::make_unique<const BatchRunner>(model, weightsFor(*model, readTensors(weightsPath), pathText(weightsPath)), threads);
    return Predictor(std::move(impl));
}

const std::string& Predictor::name() const { return m_impl->name; }
const std::vector<Predictor::Port>& Predictor::inputs() const { return m_impl->inputs; }
const std::vector<Predictor::Port>& Predictor::outputs() const { return m_impl->outputs; }
double Predictor::tolerance() const { return m_impl->tolerance; }

Tensors Predictor::predict(const Tensors& inputs) const {
    for (const auto& [name, tensor] : inputs) {
        const auto known = std::any_of(m_impl->inputs.begin(), m_impl->inputs.end(), [&n = name](const Port& port) { return port.name == n; });
        if (!known) {
            throw Error(cat("The model \"", m_impl->name, "\" has no input \"", name, "\"."));
        }
    }
    std::vector<Tensor> cast(m_impl->inputs.size());
    std::vector<const Tensor*> ordered;
    for (std::size_t i = 0; i < m_impl->inputs.size(); ++i) {
        const Port& port = m_impl->inputs[i];
        const auto found = inputs.find(port.name);
        if (found == inputs.end()) {
            throw Error(cat("The input \"", port.name, "\" of the model \"", m_impl->name, "\" is not given."));
        }
        const Tensor& tensor = found->second;
        if (!acceptsShape(port.spec.shape, tensor.shape())) {
            throw Error(cat("The input \"", port.name, "\" must have the shape ", port.spec.shape.text(), "; it has ", tensor.shape().text(), "."));
        }
        if (!ordered.empty() && tensor.shape()[0] != ordered[0]->shape()[0]) {
            throw Error(cat("The inputs \"", m_impl->inputs[0].name, "\" and \"", port.name, "\" have different numbers of rows: ", ordered[0]->shape()[0], " and ",
                            tensor.shape()[0], "."));
        }
        if (tensor.dtype() != port.spec.dtype) {
            cast[i] = tensor.cast(port.spec.dtype);
        }
        ordered.push_back(tensor.dtype() == port.spec.dtype ? &tensor : &cast[i]);
    }
    std::vector<Tensor> results = m_impl->runner->run(ordered);
    Tensors out;
    for (std::size_t i = 0; i < results.size(); ++i) {
        out.emplace(m_impl->outputs[i].name, std::move(results[i]));
    }
    return out;
}

double Predictor::check() const {
    const std::filesystem::path path = m_impl->folder / "check.safetensors";
    const NamedTensors stored = readTensors(path);
    Tensors inputs;
    for (const Port& port : m_impl->inputs) {
        const auto found = stored.find("input/" + port.name);
        if (found == stored.end()) {
            throw Error(cat(pathText(path), " has no tensor \"input/", port.name, "\"."));
        }
        inputs.emplace(port.name, *found->second);
    }
    double largest = 0;
    for (const auto& [name, tensor] : predict(inputs)) {
        const auto found = stored.find("output/" + name);
        if (found == stored.end() || found->second->shape() != tensor.shape()) {
            throw Error(cat(pathText(path), " has no tensor \"output/", name, "\" of shape ", tensor.shape().text(), "."));
        }
        for (std::int64_t i = 0; i < tensor.size(); ++i) {
            largest = std::max(largest, distance(tensor.at(i), found->second->at(i)));
        }
    }
    return largest;
}

} // namespace weft
