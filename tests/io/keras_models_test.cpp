// SPDX-License-Identifier: Apache-2.0
#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/io/weft_model.h"
#include "engine/model/model.h"
#include "engine/project/project_json.h"
#include "engine/runtime/keras_architecture.h"
#include "engine/runtime/keras_object.h"
#include "engine/runtime/predictor.h"
#include "engine/schema/value_json.h"
#include "engine/tensor/npy.h"
#include "tests/support/check.h"
#include "tests/support/process.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <functional>

using namespace weft;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

fs::path folder(const std::string& name) { return weft::test::freshFolder(fs::temp_directory_path(), "keras_models_test_" + name); }

Json parsed(const fs::path& path) { return parseJson(readFile(path), path.string()); }

/// A model that Keras made, as a project with its weights.
struct KerasModel {
    ProjectFile file;
    ModelId model;
    std::shared_ptr<const Model> built;

    explicit KerasModel(const fs::path& folder) {
        ReadModel read = readArchitecture(parsed(folder / "model.json"), "model.json");
        built = Model::build(read.graphs, read.root, read.model);
        model = read.model;
        file.project.graphs = std::move(read.graphs);
        file.project.root = read.root;
        file.project.ids = read.ids;
        const Json stored = parsed(folder / "weights.json");
        REQUIRE(stored.size() == built->weights().size());
        for (std::size_t i = 0; i < stored.size(); ++i) {
            file.trained.weights[built->weights()[i].key] = std::make_shared<const Tensor>(readNpy(folder / stored[i].at("file").get<std::string>()));
        }
    }
};

/// The carried and, where they lie beside the project, the shared cases that begin with a prediction.
void forAllPredictions(const std::function<void(const fs::path&, const Json&)>& f) {
    for (const char* path : {"conformance/cases", "../../shared/conformance/cases"}) {
        const fs::path cases = fs::path(WEFT_TESTS_DIR) / path;
        if (!fs::is_directory(cases)) {
            std::cerr << "    " << cases.string() << " is absent\n";
            continue;
        }
        for (const auto& entry : fs::directory_iterator(cases)) {
            const Json json = parsed(entry.path() / "case.json");
            if (json.at("kind") == "forward" && json.at("calls").at(0).at("training") == false) {
                f(entry.path(), json);
            }
        }
    }
}

bool isNear(const Tensor& got, const Tensor& expected, const Json& tolerance) {
    if (got.shape() != expected.shape()) {
        return false;
    }
    for (std::int64_t i = 0; i < expected.size(); ++i) {
        const double difference = std::abs(got.at(i) - expected.at(i));
        if (!(got.at(i) == expected.at(i) || difference <= tolerance.at("atol").get<double>() + tolerance.at("rtol").get<double>() * std::abs(expected.at(i)))) {
            return false;
        }
    }
    return true;
}

} // namespace

TEST("a project holds every model of Keras: nested, wrapped, stateful, masked, Sequential") {
    int held = 0;
    forAllPredictions([&](const fs::path& path, const Json&) {
        try {
            const KerasModel keras(path);
            const Project again = projectFromJson(projectToJson(keras.file.project), "project.json");
            if (!CHECK(again == keras.file.project)) {
                std::cerr << "    " << path.string() << "\n";
            }
            ++held;
        } catch (const UnknownType&) { // counted where architectures are read
        }
    });
    CHECK(held > 100);
}

TEST("an exported model predicts what Keras predicts, and exports as the same again") {
    const fs::path out = folder("predicts");
    int exported = 0;
    forAllPredictions([&](const fs::path& path, const Json& json) {
        std::unique_ptr<KerasModel> keras;
        try {
            keras = std::make_unique<KerasModel>(path);
        } catch (const UnknownType&) {
            return;
        }
        exportWeftModel(keras->file, keras->model, out / "m");
        const Predictor predictor = Predictor::load(out / "m", 1);
        CHECK(predictor.check() <= predictor.tolerance());
        const Json& call = json.at("calls").at(0);
        Tensors inputs;
        for (std::size_t i = 0; i < predictor.inputs().size(); ++i) {
            inputs.emplace(predictor.inputs()[i].name, readNpy(path / call.at("inputs").at(i).at("file").get<std::string>()));
        }
        const Tensors outputs = predictor.predict(inputs);
        CHECK_EQUAL(outputs.size(), call.at("outputs").size());
        for (std::size_t i = 0; i < predictor.outputs().size(); ++i) {
            const Tensor expected = readNpy(path / call.at("outputs").at(i).at("file").get<std::string>());
            if (!CHECK(isNear(outputs.at(predictor.outputs()[i].name), expected, json.at("tolerance")))) {
                std::cerr << "    " << path.string() << ", output " << i << "\n";
            }
        }
        const ProjectFile again = readWeftModel(out / "m");
        exportWeftModel(again, again.project.rootGraph().models.begin()->first, out / "again");
        CHECK(parsed(out / "again" / "model.json").at("architecture") == parsed(out / "m" / "model.json").at("architecture"));
        CHECK(readFile(out / "again" / "weights.safetensors") == readFile(out / "m" / "weights.safetensors"));
        ++exported;
    });
    std::cerr << "    " << exported << " models\n";
    CHECK(exported > 100);
}

TEST("of several models over one graph each is exported with what it needs, and no more") {
    KerasModel keras(fs::path(WEFT_TESTS_DIR) / "conformance/cases/model_two_heads_one_unsupervised");
    Graph& graph = keras.file.project.rootGraph();
    const ModelDef whole = *graph.model(keras.model);
    const ModelId part = keras.file.project.ids.next<ModelTag>();
    graph.models.emplace(part, ModelDef{"part", whole.inputs, {whole.outputs.at(0)}});

    const fs::path out = folder("several");
    exportWeftModel(keras.file, keras.model, out / "whole");
    exportWeftModel(keras.file, part, out / "part");
    CHECK_EQUAL(Predictor::load(out / "part").name(), "part");
    const auto partWeights = Model::build(keras.file.project.graphs, keras.file.project.root, part)->weights();
    CHECK(partWeights.size() < keras.built->weights().size());
    const ProjectFile read = readWeftModel(out / "part");
    CHECK_EQUAL(read.trained.weights.size(), partWeights.size());
    const Tensors outputs = Predictor::load(out / "part").predict({{keras.built->inputs()[0].name, Tensor(keras.built->inputs()[0].spec.shape.withBatch(2))}});
    CHECK_EQUAL(outputs.begin()->first, graph.layerOf(whole.outputs[0].call)->name);
}
