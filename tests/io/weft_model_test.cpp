// SPDX-License-Identifier: Apache-2.0
#include "engine/base/file.h"
#include "engine/io/weft_model.h"
#include "engine/project/templates.h"
#include "engine/runtime/predictor.h"
#include "engine/runtime/safetensors.h"
#include "engine/schema/value_json.h"
#include "tests/support/check.h"
#include "tests/support/process.h"

#include <nlohmann/json.hpp>

using namespace weft;
namespace fs = std::filesystem;

namespace {

fs::path folder(const std::string& name) { return weft::test::freshFolder(fs::temp_directory_path(), "weft_model_test_" + name); }

/// The template of images of clothes: its steps need no data.
struct Example {
    ProjectFile file{openTemplate("mnist_mlp"), {}, {}};
    ModelId model = file.project.rootGraph().models.begin()->first;
};

} // namespace

TEST("a model folder holds what formats.md says") {
    const Example e;
    const fs::path out = folder("holds") / "digits";
    exportWeftModel(e.file, e.model, out);
    const nlohmann::json json = parseJson(readFile(out / "model.json"), "model.json");
    CHECK_EQUAL(json.at("format").get<std::string>(), "weft-model");
    CHECK_EQUAL(json.at("version").get<int>(), 1);
    CHECK_EQUAL(json.at("architecture").at("class_name").get<std::string>(), "Functional");
    CHECK_EQUAL(json.at("inputs").at(0).at("name").get<std::string>(), "digits");
    CHECK(json.at("inputs").at(0).at("shape") == nlohmann::json({nullptr, 784}));
    CHECK_EQUAL(json.at("inputs").at(0).at("preprocessing").size(), 2U);
    CHECK_EQUAL(json.at("outputs").at(0).at("name").get<std::string>(), "predictions");
    CHECK_NEAR(json.at("check").at("tolerance").get<double>(), 1e-5, 0);
    const auto weights = parseSafeTensors(readFile(out / "weights.safetensors"), "weights").tensors;
    CHECK_EQUAL(weights.size(), 6U);
    REQUIRE(weights.contains("dense_1/kernel"));
    CHECK(weights.at("dense_1/kernel")->shape() == Shape({784, 64}));
    const auto check = parseSafeTensors(readFile(out / "check.safetensors"), "check").tensors;
    REQUIRE(check.contains("input/digits") && check.contains("output/predictions"));
    CHECK(check.at("input/digits")->shape()[0] == check.at("output/predictions")->shape()[0]);
    CHECK(Predictor::load(out).check() <= 1e-6);
}

TEST("an export is a project again") {
    const Example e;
    const fs::path out = folder("again") / "digits";
    exportWeftModel(e.file, e.model, out);
    const ProjectFile read = readWeftModel(out);
    const ModelId model = read.project.rootGraph().models.begin()->first;
    CHECK(read.project.training.at(model) == e.file.project.training.at(e.model));
    CHECK(read.project.data == e.file.project.data);
    CHECK_EQUAL(read.trained.weights.size(), 6U);
    const fs::path second = out.parent_path() / "second";
    exportWeftModel(read, model, second);
    for (const char* name : {"weights.safetensors", "check.safetensors", "model.json"}) {
        CHECK(readFile(out / name) == readFile(second / name));
    }
    const StoredPreprocessing stored = storedPreprocessing(out, "digits");
    CHECK_EQUAL(stored.steps.size(), 2U);
}

TEST("an export tells nothing of the author's folders") {
    Example e;
    e.file.project.data.source("train_images")->path = "/home/somebody/secret/train-images-idx3-ubyte";
    const fs::path out = folder("folders") / "digits";
    exportWeftModel(e.file, e.model, out);
    CHECK(readFile(out / "model.json").find("somebody") == std::string::npos);
}

TEST("an export replaces an older one and nothing else") {
    const Example e;
    const fs::path parent = folder("replace");
    exportWeftModel(e.file, e.model, parent / "digits");
    exportWeftModel(e.file, e.model, parent / "digits" / "");
    weft::test::writeText(parent / "digits" / "notes.txt", "mine");
    CHECK_THROWS_WITH("notes.txt", exportWeftModel(e.file, e.model, parent / "digits"));
    weft::test::writeText(parent / "file", "mine");
    CHECK_THROWS_WITH("is a file", exportWeftModel(e.file, e.model, parent / "file"));
    CHECK_EQUAL(weft::test::contents(parent / "file"), "mine");
    CHECK_EQUAL(weft::test::contents(parent / "digits" / "notes.txt"), "mine");
    CHECK_EQUAL(std::distance(fs::directory_iterator(parent), fs::directory_iterator()), 2); // nothing temporary is left
}

TEST("steps that were fitted on data are not exported without them") {
    ProjectFile file{openTemplate("iris"), {}, {}};
    const fs::path out = folder("fitted") / "iris";
    CHECK_THROWS_WITH("standardise", exportWeftModel(file, file.project.rootGraph().models.begin()->first, out));
    CHECK(!fs::exists(out));
}
