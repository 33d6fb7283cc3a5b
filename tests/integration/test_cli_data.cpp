// SPDX-License-Identifier: Apache-2.0
#include "engine/base/file.h"
#include "engine/base/sha256.h"
#include "engine/io/project_file.h"
#include "tests/integration/cli_support.h"

#include <cmath>

using namespace weft;
using namespace weft::test;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string irisCsv() { return contents(std::filesystem::path(WEFT_TESTS_DIR) / "../resources/data/iris/iris.csv"); }

void changeProject(const std::filesystem::path& file, const std::function<void(ProjectFile&)>& change) {
    ProjectFile project = loadProject(file);
    change(project);
    saveProject(file, project);
}

/// Must fail with one sentence that holds all `parts`; a note may come before it.
void fails(const Workplace& at, const std::string& arguments, const std::vector<std::string>& parts) {
    const Ran result = at.weft(arguments);
    CHECK_EQUAL(result.status, 1);
    CHECK(result.out.empty());
    const std::size_t error = result.err.find("weft: error: ");
    REQUIRE(error != std::string::npos);
    for (const std::string& part : parts) {
        CHECK(result.err.find(part, error) != std::string::npos);
    }
}

/// The iris project with training and test rows in files of their own.
void separateIris(const Workplace& at) {
    const std::string all = irisCsv();
    const std::string header = all.substr(0, all.find('\n') + 1);
    std::string train = header, test = header;
    std::size_t row = 0;
    for (std::size_t begin = header.size(); begin < all.size(); ++row) {
        const std::size_t end = std::min(all.find('\n', begin), all.size() - 1) + 1;
        (row % 5 == 0 ? test : train) += all.substr(begin, end - begin);
        begin = end;
    }
    writeText(at / "train.csv", train);
    writeText(at / "test.csv", test);
    at.done("new iris -o i.weft");
    changeProject(at / "i.weft", [](ProjectFile& file) {
        DataSpec& data = file.project.data;
        data.sources = {{"train", "csv", "train.csv", {}, 0, {}}, {"test", "csv", "test.csv", {}, 0, {}}};
        data.split.kind = "separate";
        for (DataColumn& column : data.columns) {
            column.source = "train";
            column.testSource = "test";
        }
    });
}

} // namespace

TEST("a new project and a trained one hold size and hash of their files, and fit warns when a file is another") {
    const Workplace at("hashes");
    at.done("new iris -o i.weft");
    const std::string csv = irisCsv();
    CHECK_EQUAL(loadProject(at / "i.weft").project.data.sources.at(0).size, csv.size());
    CHECK_EQUAL(loadProject(at / "i.weft").project.data.sources.at(0).sha256, sha256(csv));
    const std::string name = loadProject(at / "i.weft").project.data.sources.at(0).name;
    writeText(at / "mine.csv", csv);
    CHECK(!has(at.done("fit i.weft --epochs 1 --data " + name + "=mine.csv").err, "warning")); // one that was just chosen is what it is
    const std::string changed = csv + csv.substr(csv.rfind('\n', csv.size() - 2) + 1);
    writeText(at / "mine.csv", changed);
    const Ran fit = at.done("fit i.weft --epochs 1");
    CHECK(has(fit.err, "warning: the file of the data source " + name + " is not what the project was saved with"));
    CHECK_EQUAL(loadProject(at / "i.weft").project.data.sources.at(0).sha256, sha256(changed));
    CHECK(!has(at.done("fit i.weft --epochs 1").err, "warning"));
    const std::vector<Run> runs = loadProject(at / "i.weft").trained.runs;
    REQUIRE(runs.size() == 3);
    CHECK_EQUAL(runs[0].graphHash.size(), 64U);
    CHECK(runs[0].graphHash == runs[1].graphHash);
    CHECK(runs[0].dataHash != runs[1].dataHash);
    CHECK(runs[1].dataHash == runs[2].dataHash);
    // The same data elsewhere are the same data.
    at.done("fit i.weft --epochs 1 --data " + name + "=./mine.csv -o other.weft");
    std::filesystem::create_directories(at / "sub");
    writeText(at / "sub" / "other.csv", changed);
    at.done("fit i.weft --epochs 1 --data " + name + "=sub/other.csv");
    CHECK(loadProject(at / "i.weft").trained.runs.back().dataHash == runs[2].dataHash);
    // Moving a box changes nothing of what is trained, another layer does.
    changeProject(at / "i.weft", [](ProjectFile& file) { file.project.layout.begin()->second.x += 10; });
    at.done("fit i.weft --epochs 1");
    CHECK(loadProject(at / "i.weft").trained.runs.back().graphHash == runs[0].graphHash);
    changeProject(at / "i.weft", [](ProjectFile& file) {
        for (auto& [id, layer] : file.project.rootGraph().layers) {
            if (layer.params.contains("units") && *layer.params.at("units").asInteger() != 3) {
                layer.params["units"] = 7;
            }
        }
    });
    at.done("fit i.weft --epochs 1");
    CHECK(loadProject(at / "i.weft").trained.runs.back().graphHash != runs[0].graphHash);
}

TEST("a trained project and its export are scored on the test file alone, with what was found in the training rows") {
    const Workplace at("test_file_alone");
    separateIris(at);
    at.done("fit i.weft --epochs 5");
    at.done("export i.weft --format weft -o out");
    const nlohmann::json scores = at.json("evaluate i.weft").at("metrics");
    writeText(at / "row.csv", "sepal_length,sepal_width,petal_length,petal_width\n5.1,3.5,1.4,0.2\n");
    at.done("predict i.weft --input row.csv -o before");
    std::filesystem::remove(at / "train.csv");
    CHECK(at.json("evaluate i.weft").at("metrics") == scores);
    CHECK(at.json("evaluate out --data test=test.csv").at("metrics") == scores);
    at.done("predict i.weft --input row.csv -o after");
    for (const auto& entry : std::filesystem::directory_iterator(at / "before")) {
        CHECK(contents(entry.path()) == contents(at / "after" / entry.path().filename().string()));
    }
    at.refused("evaluate i.weft --split train", 1, {"train.csv"});
    // One that was never trained has nothing to go by.
    separateIris(at);
    std::filesystem::remove(at / "train.csv");
    fails(at, "evaluate i.weft", {"train.csv"});
}

TEST("a fraction where a class is expected is named with column, file, row, expected and got") {
    const Workplace at("fraction");
    at.done("new iris -o i.weft");
    const std::string name = loadProject(at / "i.weft").project.data.sources.at(0).name;
    std::string csv = irisCsv();
    std::size_t end = 0;
    for (int line = 0; line < 7; ++line) {
        end = csv.find('\n', end) + 1; // after line 7, the sixth flower
    }
    const std::size_t label = csv.rfind(',', end) + 1;
    csv.replace(label, end - 1 - label, "0.5");
    writeText(at / "half.csv", csv);
    at.refused("fit i.weft --data " + name + "=half.csv", 1, {"half.csv", "\"species\"", "row 7", "whole number", "0.5"});
}

TEST("check says what is wrong with a training configuration") {
    const Workplace at("check_training");
    at.done("new iris -o i.weft");
    CHECK(at.done("check i.weft").out.empty());
    const auto says = [&](const std::function<void(TrainingConfig&)>& change, const std::string& part) {
        at.done("new iris -o bad.weft");
        changeProject(at / "bad.weft", [&](ProjectFile& file) { change(file.project.training.begin()->second); });
        const Ran check = at.weft("check bad.weft");
        CHECK_EQUAL(check.status, 1);
        CHECK(check.out.starts_with("error: training of "));
        CHECK(has(check.out, part));
    };
    says([](TrainingConfig& config) { config.optimizer.type = "Nonsense"; }, "Nonsense");
    says([](TrainingConfig& config) { config.batchSize = 0; }, "batch size");
    says([](TrainingConfig& config) { config.outputs.begin()->second.loss = Object{"Nonsense", {}}; }, "Nonsense");
}

TEST("a negative number is a value, refused in its option's own words") {
    const Workplace at("negative");
    at.done("new iris -o i.weft");
    at.refused("fit i.weft --epochs -1", 2, {"--epochs", "at least 1", "\"-1\""});
    at.refused("fit i.weft --epochs --resume", 2, {"--epochs needs a value"});
}

TEST("export leaves a folder alone whose model.json is not Weft's") {
    const Workplace at("foreign");
    at.done("new iris -o i.weft");
    std::filesystem::create_directories(at / "theirs");
    for (const char* text : {"{\"format\": \"layers-model\"}", "not JSON"}) {
        writeText(at / "theirs" / "model.json", text);
        fails(at, "export i.weft --format weft -o theirs", {"theirs", "model.json"});
        CHECK_EQUAL(contents(at / "theirs" / "model.json"), text);
    }
    std::filesystem::remove(at / "theirs" / "model.json");
    at.done("export i.weft --format weft -o theirs"); // an empty one may be filled
    at.done("export i.weft --format weft -o theirs"); // and replaced
}

TEST("a layer that no machine can hold is refused before anything is allocated") {
    const Workplace at("enormous");
    at.done("new mnist_mlp -o m.weft");
    changeProject(at / "m.weft", [](ProjectFile& file) {
        for (auto& [id, layer] : file.project.rootGraph().layers) {
            if (layer.name == "dense_1") {
                layer.params["units"] = 1'000'000'000;
            }
        }
    });
    // 784 * 1e9 + 1e9 weights in dense_1, 64 * 1e9 + 64 in dense_2, 650 in the last; four bytes each: 3.40 TB.
    at.refused("fit m.weft", 1, {"3.40 TB", "this machine has"});
    fails(at, "evaluate m.weft", {"3.40 TB"});
    CHECK(at.weft("summary m.weft").status == 0);
}

TEST("a resumed run says which batches the first numbers are of") {
    const Workplace at("resume_note");
    at.done("new iris -o i.weft");
    at.done("fit i.weft --epochs 2");
    CHECK(!has(at.done("fit i.weft --epochs 3 --resume").err, "broken off"));
    changeProject(at / "i.weft", [](ProjectFile& file) { file.trained.optimizers.begin()->second.batch = 1; });
    CHECK(has(at.done("fit i.weft --epochs 4 --resume").err, "epoch 4 was broken off after batch 1"));
}
