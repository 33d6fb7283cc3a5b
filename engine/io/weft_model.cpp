// SPDX-License-Identifier: Apache-2.0
#include "engine/io/weft_model.h"

#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/random.h"
#include "engine/base/text.h"
#include "engine/io/export_format.h"
#include "engine/model/model.h"
#include "engine/project/project_json.h"
#include "engine/runtime/batch_runner.h"
#include "engine/runtime/keras_architecture.h"
#include "engine/runtime/predictor.h"
#include "engine/runtime/safetensors.h"
#include "engine/schema/value_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace weft {

namespace {

namespace fs = std::filesystem;

constexpr std::array kFiles = {"check.safetensors", "model.json", "weights.safetensors"};
constexpr std::int64_t kCheckRows = 4;
constexpr double kTolerance = 1e-5;

nlohmann::json shapeJson(const Shape& shape) {
    nlohmann::json out = nlohmann::json::array();
    for (const std::int64_t dim : shape.dims()) {
        out.push_back(dim == kUnknown ? nlohmann::json() : nlohmann::json(dim));
    }
    return out;
}

const Column* columnOf(const Dataset* data, const std::string& name) {
    const auto found = data ? data->train.find(name) : std::map<std::string, Column>::const_iterator();
    return data && found != data->train.end() ? &found->second : nullptr;
}

/// One entry of `inputs`: the port, and how raw data become it.
nlohmann::json inputJson(const Model::Port& port, const DataColumn* column, const Dataset* data) {
    nlohmann::json out = {{"name", port.name}, {"shape", shapeJson(port.spec.shape)}, {"dtype", std::string(nameOf(port.spec.dtype))}};
    nlohmann::json steps = nlohmann::json::array();
    if (column) {
        if (const Column* loaded = columnOf(data, column->name)) {
            for (const auto& step : loaded->steps()) {
                steps.push_back(toJson(Value(step->description())));
            }
            out["raw"] = {{"shape", shapeJson(loaded->rawSpec().shape)}, {"dtype", std::string(nameOf(loaded->rawSpec().dtype))}};
        } else {
            for (const Object& step : column->steps) {
                if (!findStepType(step.type) || needsRows(step)) {
                    throw Error(cat("The step ", step.type, " of the data column ", column->name,
                                    " takes its numbers from the data, which are not at hand; exporting needs them."));
                }
                steps.push_back(toJson(Value(step)));
            }
        }
        out["fields"] = column->fields;
    }
    out["preprocessing"] = std::move(steps);
    return out;
}

/// Rows of the data, where there are some, or made-up ones of the right type.
Tensor checkInput(const Model::Port& port, std::size_t index, const Column* column) {
    if (column && column->rows() > 0) {
        std::vector<std::int64_t> rows;
        for (std::int64_t i = 0; i < std::min(kCheckRows, column->rows()); ++i) {
            rows.push_back(i);
        }
        return column->tensor(rows).cast(port.spec.dtype);
    }
    Shape shape = port.spec.shape.withBatch(kCheckRows);
    for (int axis = 1; axis < shape.rank(); ++axis) {
        shape[axis] = shape[axis] == kUnknown ? 8 : shape[axis];
    }
    Tensor out(shape, port.spec.dtype);
    if (port.spec.dtype == DType::float32) {
        const Random random(0, index);
        for (std::size_t i = 0; i < out.floats().size(); ++i) {
            out.floats()[i] = random.normal(i);
        }
    }
    return out;
}

SafeTensors checkTensors(const std::shared_ptr<const Model>& model, const std::vector<std::shared_ptr<const Tensor>>& weights,
                         const TrainingConfig& config, const Dataset* data) {
    std::vector<const Column*> columns;
    for (const Model::Port& port : model->inputs()) {
        const auto bound = config.inputs.find(port.name);
        columns.push_back(bound == config.inputs.end() ? nullptr : columnOf(data, bound->second));
    }
    // Real rows only where every input has some: rows of one sample belong together.
    const bool isReal = std::all_of(columns.begin(), columns.end(), [](const Column* c) { return c && c->rows() > 0; });
    SafeTensors out;
    std::vector<const Tensor*> inputs;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const Model::Port& port = model->inputs()[i];
        auto tensor = std::make_shared<const Tensor>(checkInput(port, i, isReal ? columns[i] : nullptr));
        inputs.push_back(tensor.get());
        out.tensors["input/" + port.name] = std::move(tensor);
    }
    std::vector<Tensor> outputs = BatchRunner(model, weights, 1).run(inputs);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        out.tensors["output/" + model->outputs()[i].name] = std::make_shared<const Tensor>(std::move(outputs[i]));
    }
    return out;
}

nlohmann::json readModelJson(const fs::path& folder) {
    const fs::path path = folder / "model.json";
    nlohmann::json json = parseJson(readFile(path, 64U << 20), pathText(path));
    if (!json.is_object() || json.value("format", nlohmann::json()) != "weft-model" || !json.contains("architecture")) {
        throw Error(cat(pathText(path), " is not a model that Weft exported."));
    }
    return json;
}

/// Throws where `folder` is anything that an export must not replace.
void requireReplaceable(const fs::path& folder) {
    if (!fs::exists(fs::symlink_status(folder))) {
        return;
    }
    if (!fs::is_directory(folder)) {
        throw Error(cat(pathText(folder), " is a file; a model is exported to a folder."));
    }
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (std::find(kFiles.begin(), kFiles.end(), entry.path().filename().string()) == kFiles.end()) {
            throw Error(
                cat(pathText(folder), " holds other things (", pathText(entry.path().filename()), "); export to a folder of its own."));
        }
    }
    if (fs::exists(folder / "model.json")) {
        try {
            readModelJson(folder);
        } catch (const Error&) {
            throw Error(cat(pathText(folder), " holds a model.json that Weft did not write; export to a folder of its own."));
        }
    } else if (!fs::is_empty(folder)) {
        throw Error(cat(pathText(folder), " holds files but no model.json; export to a folder of its own."));
    }
}

/// A folder that is written beside its place and takes it when it is whole.
class FolderInMaking {
public:
    explicit FolderInMaking(fs::path target) : m_target(std::move(target)) {
        m_target = fs::absolute(m_target).lexically_normal();
        if (!m_target.has_filename()) {
            m_target = m_target.parent_path();
        }
        requireReplaceable(m_target);
        const std::string name = m_target.filename().string();
        m_new = m_target.parent_path() / ("." + name + ".new");
        m_old = m_target.parent_path() / ("." + name + ".old");
        fs::remove_all(m_new);
        fs::create_directories(m_new);
    }
    ~FolderInMaking() {
        std::error_code ignored;
        fs::remove_all(m_new, ignored);
    }
    FolderInMaking(const FolderInMaking&) = delete;
    FolderInMaking& operator=(const FolderInMaking&) = delete;

    const fs::path& path() const { return m_new; }

    void commit() {
        fs::remove_all(m_old);
        const bool replaces = fs::exists(m_target);
        if (replaces) {
            fs::rename(m_target, m_old);
        }
        std::error_code failure;
        fs::rename(m_new, m_target, failure);
        if (failure) {
            if (replaces) {
                fs::rename(m_old, m_target);
            }
            throw Error(cat(pathText(m_target), " could not be written: ", failure.message(), "."));
        }
        fs::remove_all(m_old);
    }

private:
    fs::path m_target, m_new, m_old;
};

/// Names of data files may be told to whoever gets the model, the author's folders may not.
DataSpec withoutFolders(DataSpec spec) {
    for (DataSource& source : spec.sources) {
        if (source.isFile()) {
            source.path = pathText(fs::path(source.path).filename());
        }
    }
    return spec;
}

GraphId graphWith(const Graphs& graphs, ModelId model) {
    for (const auto& [id, graph] : graphs) {
        if (graph.model(model)) {
            return id;
        }
    }
    throw Error("The model to export is not in the project.");
}

} // namespace

void exportWeftModel(const ProjectFile& file, ModelId id, const fs::path& folder, const Dataset* data) {
    const Project& project = file.project;
    const GraphId graph = graphWith(project.graphs, id);
    const auto model = Model::build(project.graphs, graph, id);
    const auto configured = project.training.find(id);
    const TrainingConfig config = configured == project.training.end() ? TrainingConfig{} : configured->second;
    const DataSpec spec = data ? withFitted(project.data, fittedSteps(*data)) : project.data;
    Weights all = file.trained.weights;
    initialize(*model, config.seed, all);

    std::vector<std::shared_ptr<const Tensor>> weights;
    SafeTensors named;
    for (const Model::Weight& weight : model->weights()) {
        weights.push_back(all.at(weight.key));
        named.tensors.emplace(weight.path, weights.back());
    }
    nlohmann::json json = {{"format", "weft-model"},
                           {"version", 1},
                           {"architecture", writeArchitecture(project.graphs, graph, id)},
                           {"inputs", nlohmann::json::array()},
                           {"outputs", nlohmann::json::array()},
                           {"training", {{"config", trainingToJson(config)}, {"data", dataToJson(withoutFolders(spec))}}},
                           {"check", {{"tolerance", kTolerance}}}};
    for (const Model::Port& port : model->inputs()) {
        const auto bound = config.inputs.find(port.name);
        json["inputs"].push_back(inputJson(port, bound == config.inputs.end() ? nullptr : project.data.column(bound->second), data));
    }
    for (const Model::Port& port : model->outputs()) {
        json["outputs"].push_back({{"name", port.name}, {"shape", shapeJson(port.spec.shape)}, {"labels", nlohmann::json::array()}});
    }
    try {
        FolderInMaking making(folder);
        writeFile(making.path() / "model.json", writeJson(json));
        writeFile(making.path() / "weights.safetensors", safeTensorsBytes(named));
        writeFile(making.path() / "check.safetensors", safeTensorsBytes(checkTensors(model, weights, config, data)));
        making.commit();
    } catch (const fs::filesystem_error& e) {
        throw Error(cat(pathText(folder), " could not be written: ", e.code().message(), "."));
    }
}

ProjectFile readWeftModel(const fs::path& folder) {
    const std::string what = pathText(folder / "model.json");
    const nlohmann::json json = readModelJson(folder);
    ReadModel read = readArchitecture(json.at("architecture"), what);
    ProjectFile file;
    file.project.graphs = std::move(read.graphs);
    file.project.root = read.root;
    file.project.ids = read.ids;
    if (const auto training = json.find("training"); training != json.end() && training->is_object()) {
        if (training->contains("config")) {
            file.project.training[read.model] = trainingFromJson(training->at("config"), what);
        }
        if (training->contains("data")) {
            file.project.data = dataFromJson(training->at("data"), what);
        }
    }
    const auto model = Model::build(file.project.graphs, read.root, read.model);
    const fs::path weightsPath = folder / "weights.safetensors";
    const auto tensors = parseSafeTensors(readFile(weightsPath), pathText(weightsPath)).tensors;
    for (const Model::Weight& weight : model->weights()) {
        const auto found = tensors.find(weight.path);
        if (found == tensors.end() || found->second->shape() != weight.spec.shape || found->second->dtype() != DType::float32) {
            throw Error(cat(pathText(weightsPath), " does not hold ", weight.path, " as float32 of shape ", weight.spec.shape.text(), "."));
        }
        file.trained.weights[weight.key] = found->second;
    }
    return file;
}

StoredPreprocessing storedPreprocessing(const fs::path& folder, std::string_view input) {
    const std::string what = pathText(folder / "model.json");
    const nlohmann::json json = readModelJson(folder);
    StoredPreprocessing out;
    try {
        for (const nlohmann::json& entry : json.at("inputs")) {
            if (entry.at("name").get<std::string>() != input) {
                continue;
            }
            out.fields = entry.value("fields", std::vector<std::string>{});
            if (const auto raw = entry.find("raw"); raw != entry.end()) {
                std::vector<std::int64_t> dims;
                for (const nlohmann::json& dim : raw->at("shape")) {
                    dims.push_back(dim.is_null() ? kUnknown : dim.get<std::int64_t>());
                }
                out.raw = {Shape(std::move(dims)), dtypeNamed(raw->at("dtype").get<std::string>())};
            }
            for (const nlohmann::json& step : entry.value("preprocessing", nlohmann::json::array())) {
                const Value value = valueFromJson(step, what);
                if (!value.asObject()) {
                    throw Error(cat(what, " holds a step of preprocessing that is none."));
                }
                out.steps.push_back(*value.asObject());
            }
        }
    } catch (const nlohmann::json::exception&) {
        throw Error(cat(what, " does not say in the right form how data for ", input, " are prepared."));
    }
    return out;
}

namespace io {

ExportFormat weft_model();

ExportFormat weft_model() {
    return {
        .name = "weft",
        .title = "a Weft model folder",
        .help =
            "A folder that the C++ library weft::runtime loads: model.json (Keras can rebuild the model from it), weights, known answers.",
        .isFolder = true,
        .write = exportWeftModel,
        .verify = [](const fs::path& path) { return Predictor::load(path).check(); }};
}

} // namespace io

} // namespace weft
