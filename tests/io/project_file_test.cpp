// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/graph/edits.h"
#include "engine/io/project_file.h"
#include "engine/project/project_json.h"
#include "engine/schema/value_json.h"
#include "tests/support/check.h"

#include <nlohmann/json.hpp>

using namespace weft;

namespace {

std::filesystem::path folder() {
    const auto path = std::filesystem::temp_directory_path() / "weft_project_file_test";
    std::filesystem::create_directories(path);
    return path;
}

/// One of everything that a project can hold.
ProjectFile full() {
    ProjectFile file;
    Project& p = file.project;
    p.title = "Ziffern 数字";
    p.description = "All there is.";
    const GraphId inner = p.ids.next<GraphTag>();
    p.root = p.ids.next<GraphTag>();
    p.graphs[inner].name = "encoder";
    Graph& g = p.graphs[p.root];
    const CallId in = addLayer(g, p.ids, {"Input", "digits", {{"shape", Value(std::vector<std::int64_t>{784})}}, true, {}, {}}, 0);
    const CallId dense = addLayer(g, p.ids, {"Dense", "dense", {{"units", 3}, {"activation", "relu"}, {"kernel_initializer", Object{"Constant", {{"value", 0.5}}}}}, false, {}, {}}, 1);
    connect(g, {in, 0}, dense, 0);
    const CallId loose = addCall(g, p.ids, g.call(dense)->layer, 1);
    addLayer(g, p.ids, {"SomeLayerOfTheFuture", "strange", {{"depth", Value::List{1, 2.5, "x", Value(), true}}}, true, {}, {}}, 0);
    const ModelId model = defineModel(g, p.ids, {"model", {in}, {{dense, 0}}});
    p.layout = {{in, {10, 20}}, {dense, {10.5, -300}}, {loose, {0, 0}}};
    p.data.sources = {{"train_images", "idx", "bundled:a/b.gz", {}, 12, "ab"}, {"table", "csv", "data/t.csv", {{"delimiter", ";"}}, 0, ""}};
    p.data.columns = {{"images", "train_images", "", {}, {{"scale", {{"factor", 1.0 / 255}}}}}, {"labels", "table", "table", {"a", "b"}, {}}};
    p.data.split = {"stratified", 0.25, "labels", 9};
    TrainingConfig& t = p.training[model];
    t.inputs = {{"digits", "images"}};
    t.outputs["dense"] = {Object{"SparseCategoricalCrossentropy", {{"from_logits", true}}}, 0.5, {{"accuracy", {}}}, {{"MeanSquaredError", {}}}, "labels", "weights", {{0, 1.5}, {7, 2}}};
    t.optimizer = {"Adam", {{"learning_rate", 0.002}}};
    t.batchSize = 64;
    t.epochs = 3;
    t.validationSplit = 0.2;
    t.shuffle = false;
    t.seed = 18446744073709551615ULL;
    p.unknown = "{\n  \"from_the_future\": [\n    1\n  ]\n}\n";
    const LayerId layer = g.call(dense)->layer;
    const WeightKey key{{layer}, "kernel"};
    file.trained.weights[key] = std::make_shared<const Tensor>(Shape{2, 2}, std::vector<float>{1, 2, 3, 4});
    OptimizerState& state = file.trained.optimizers[model];
    state.iteration = 7;
    state.epoch = 2;
    state.batch = 5;
    state.type = "Adam";
    state.slots[key]["momentum"] = std::make_shared<const Tensor>(Shape{2, 2}, std::vector<float>{5, 6, 7, 8});
    file.trained.runs.push_back({"run-1", model, "model", t, {{{"loss", 0.5}}, {{"loss", 0.25}, {"val_loss", 0.125}}}, "2026-01-02T03:04:05Z", true,
                                "0123", "4567", {{"x", {{"standardise", {{"mean", Value::List{1.5}}}}, {"one_hot", {}}}}, {"y", {}}}});
    file.thumbnailPng = std::string("\x89PNG\0bytes", 10);
    return file;
}

} // namespace

TEST("a project comes back from its file as it was, all of it") {
    const ProjectFile file = full();
    saveProject(folder() / "full.weft", file);
    const ProjectFile back = loadProject(folder() / "full.weft");
    CHECK(back.project == file.project);
    REQUIRE(back.trained.weights.size() == 1 && back.trained.optimizers.size() == 1 && back.trained.runs.size() == 1);
    CHECK(*back.trained.weights.begin()->second == *file.trained.weights.begin()->second);
    const OptimizerState& state = back.trained.optimizers.begin()->second;
    CHECK(state.type == "Adam" && state.iteration == 7 && state.epoch == 2 && state.batch == 5);
    CHECK(*state.slots.begin()->second.at("momentum") == *file.trained.optimizers.begin()->second.slots.begin()->second.at("momentum"));
    CHECK(back.trained.runs[0].history == file.trained.runs[0].history);
    CHECK(back.trained.runs[0].config == file.trained.runs[0].config);
    CHECK(back.trained.runs[0].started == file.trained.runs[0].started);
    CHECK_EQUAL(back.trained.runs[0].graphHash, "0123");
    CHECK_EQUAL(back.trained.runs[0].dataHash, "4567");
    CHECK(back.trained.runs[0].steps == file.trained.runs[0].steps);
    CHECK(back.thumbnailPng == file.thumbnailPng);
}

TEST("the same project gives the same bytes, and saving again keeps the file before as .bak") {
    saveProject(folder() / "a.weft", full());
    saveProject(folder() / "b.weft", loadProject(folder() / "a.weft"));
    const std::string bytes = readFile(folder() / "a.weft");
    CHECK(readFile(folder() / "b.weft") == bytes);
    ProjectFile other = full();
    other.project.title = "other";
    saveProject(folder() / "a.weft", other);
    CHECK(readFile(folder() / "a.weft.bak") == bytes);
}

TEST("weights of layers that are gone are not written") {
    ProjectFile file = full();
    file.trained.weights[{{LayerId{4000}}, "kernel"}] = std::make_shared<const Tensor>(Shape{1});
    saveProject(folder() / "gone.weft", file);
    CHECK(loadProject(folder() / "gone.weft").trained.weights.size() == 1);
}

TEST("ids of a file that was read are not handed out again") {
    const ProjectFile file = full();
    Project back = projectFromJson(projectToJson(file.project), "test");
    CHECK(back.ids.next<CallTag>().value == file.project.ids.last() + 1);
}

TEST("every mistake in project.json is one sentence with its place") {
    const nlohmann::json good = projectToJson(full().project);
    const auto refused = [&](const char* part, auto&& change) {
        nlohmann::json bad = good;
        change(bad);
        CHECK_THROWS_WITH(part, projectFromJson(bad, "project.json"));
    };
    refused("not a project of Weft", [](auto& j) { j["format"] = "other"; });
    refused("newer Weft", [](auto& j) { j["version"] = 99; });
    refused("graphs[1].layers[0].name must be a text", [](auto& j) { j["graphs"][1]["layers"][0]["name"] = 3; });
    refused("used twice", [](auto& j) { j["graphs"][1]["layers"][0]["id"] = j["graphs"][1]["layers"][1]["id"]; });
    refused("which the graph does not have", [](auto& j) { j["graphs"][1]["calls"][0]["layer"] = 999; });
    refused("names a graph", [](auto& j) { j["root"] = 999; });
    refused("must be an integer", [](auto& j) { j["training"][0]["epochs"] = 1.5; });
    refused("canvas", [](auto& j) { j["layout"][0]["x"] = 1e300; });
    refused("not the number of a class", [](auto& j) { j["training"][0]["outputs"]["dense"]["class_weights"] = {{"cat", 1}}; });
}

TEST("no leaf of project.json can be made anything that crashes the reader") {
    const nlohmann::json good = projectToJson(full().project);
    const nlohmann::json flat = good.flatten();
    const std::vector<nlohmann::json> others = {nullptr, true, -1, 0, 18446744073709551615ULL, 1.5, -1e300, "", "x", nlohmann::json::array(), nlohmann::json::object(), {{"type", 3}}};
    int accepted = 0, refused = 0;
    for (const auto& [pointer, leaf] : flat.items()) {
        for (const auto& other : others) {
            nlohmann::json bad = good;
            bad[nlohmann::json::json_pointer(pointer)] = other;
            try {
                projectFromJson(bad, "project.json");
                ++accepted;
            } catch (const Error& e) {
                CHECK(std::string(e.what()).size() > 10);
                ++refused;
            }
        }
    }
    CHECK(accepted > 0);
    CHECK(refused > accepted);
}

TEST("a project cut short anywhere, or with any byte changed, is refused or equal, and never crashes") {
    ProjectFile file;
    file.project = emptyProject();
    file.project.title = "small";
    saveProject(folder() / "small.weft", file);
    const std::string bytes = readFile(folder() / "small.weft");
    const auto at = folder() / "damaged.weft";
    const auto fine = [&](const std::string& damaged) {
        writeFile(at, damaged);
        try {
            return loadProject(at).project == file.project;
        } catch (const Error&) {
            return true;
        }
    };
    for (std::size_t length = 0; length < bytes.size(); length += length < 4096 ? 1 : 64) {
        CHECK(fine(bytes.substr(0, length)));
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string damaged = bytes;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x41);
        CHECK(fine(damaged));
    }
}

TEST("a project that moves keeps sight of its data") {
    DataSpec data;
    data.sources = {{"near", "csv", "d/a.csv", {}, 0, ""}, {"far", "csv", "/elsewhere/b.csv", {}, 0, ""}, {"bundled", "idx", "bundled:x/y", {}, 0, ""}};
    moveSources(data, "/home/one", "/home/two");
    CHECK(data.sources[0].path == "/home/one/d/a.csv");
    moveSources(data, "/home/two", "/home/one");
    CHECK(data.sources[0].path == "d/a.csv");
    CHECK(data.sources[1].path == "/elsewhere/b.csv");
    CHECK(data.sources[2].path == "bundled:x/y");
}
