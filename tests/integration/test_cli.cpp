// SPDX-License-Identifier: Apache-2.0
#include "engine/base/file.h"
#include "engine/io/project_file.h"
#include "engine/tensor/npy.h"
#include "tests/integration/cli_support.h"

#include <set>

using namespace weft;
using namespace weft::test;

namespace {

const std::vector<std::string> kCommands = {"templates", "new", "check",    "summary", "plot",  "layers",
                                            "data",      "fit", "evaluate", "predict", "export"};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

TEST("help, version and wrong usage have the statuses of the contract") {
    const Workplace at("usage");
    CHECK(has(at.done("--version").out, "weft "));
    const std::string overview = at.done("--help").out;
    for (const std::string& command : kCommands) {
        CHECK(has(overview, "\n  " + command + " "));
        CHECK(has(at.done(command + " --help").out, "Usage: weft " + command));
    }
    at.refused("", 2, {"No command"});
    at.refused("import", 2, {"\"import\""});
    at.refused("fit", 2, {"P.weft"});
    at.refused("new iris", 2, {"-o"});
    at.refused("templates --nonsense", 2, {"--nonsense"});
    at.refused("templates --threads 0", 2, {"--threads", "\"0\""});
    at.refused("fit m.weft --epochs many", 1, {"m.weft"});
    at.refused("templates extra", 2, {"extra"});
}

TEST("templates are listed and made into projects") {
    const Workplace at("templates");
    std::set<std::string> names;
    for (const nlohmann::json& entry : at.json("templates")) {
        names.insert(entry.at("name").get<std::string>());
        CHECK(!entry.at("description").get<std::string>().empty());
    }
    for (const char* name : {"mnist_mlp", "mnist_mlp_dropout", "mnist_cnn", "iris"}) {
        CHECK(names.contains(name));
        CHECK(has(at.done("templates").out, name));
        const std::string file = std::string(name) + ".weft";
        at.done(std::string("new ") + name + " -o " + file);
        CHECK(at.done("check " + file).out.empty());
        CHECK(at.json("check " + file).empty());
        for (const nlohmann::json& source : at.json("data " + file)) {
            CHECK(!source.contains("problem"));
            CHECK(source.at("rows").get<int>() > 0);
        }
    }
    std::vector<std::string> sources;
    for (const nlohmann::json& source : at.json("data mnist_mlp.weft")) {
        sources.push_back(source.at("name").get<std::string>());
    }
    CHECK(sources == std::vector<std::string>({"train_images", "train_labels", "test_images", "test_labels"}));
    at.refused("new no_such -o x.weft", 1, {"no_such", "iris"});
    CHECK(!std::filesystem::exists(at / "x.weft"));
}

TEST("summary prints Keras' numbers") {
    const Workplace at("summary");
    at.done("new mnist_mlp -o m.weft");
    const std::string text = at.done("summary m.weft").out;
    CHECK(has(text, "Total params: 55,050"));
    CHECK(has(text, "Trainable params: 55,050"));
    CHECK(has(text, "Non-trainable params: 0"));
    CHECK(has(text, "dense_1"));
    CHECK(has(text, "(None, 64)"));
    const nlohmann::json json = at.json("summary m.weft");
    CHECK_EQUAL(json.at("total_parameters").get<int>(), 55050); // 784*64+64 + 64*64+64 + 64*10+10
    CHECK_EQUAL(json.at("layers").size(), 4U);
}

TEST("what Keras' model.to_json() wrote is a model for summary, plot and export, but not one to train") {
    const Workplace at("keras_json");
    const std::filesystem::path keras = std::filesystem::path(WEFT_TESTS_DIR) / "conformance/cases/model_ensemble_128/model.json";
    const std::string model = quoted(keras);
    const std::string text = at.done("summary " + model + " --nested").out;
    CHECK(has(text, "Model: \"functional_3\""));
    CHECK(has(text, "s0 (Sequential)"));
    CHECK(has(text, "   └ dense (Dense)"));
    CHECK(has(text, "Total params: 387")); // three times 128 + 1
    CHECK(!has(at.done("summary " + model).out, "└ dense"));
    at.done("plot " + model + " -o m.dot");
    at.done("export " + model + " --format weft -o m");
    CHECK_EQUAL(at.json("summary m").at("total_parameters").get<int>(), 387);
    at.refused("fit " + model, 1, {"model.json"});
    writeFile(at / "bad.json", "{}");
    at.refused("summary bad.json", 1, {"bad.json"});
}

TEST("layers describes every layer and its parameters") {
    const Workplace at("layers");
    const nlohmann::json all = at.json("layers");
    CHECK(all.size() >= 12);
    for (const nlohmann::json& layer : all) {
        CHECK(!layer.at("help").get<std::string>().empty());
        CHECK(has(at.done("layers").out, layer.at("name").get<std::string>()));
        for (const nlohmann::json& parameter : layer.at("parameters")) {
            CHECK(parameter.contains("default"));
            CHECK(!parameter.at("limits").get<std::string>().empty());
        }
    }
    const nlohmann::json dense = at.json("layers Dense");
    CHECK_EQUAL(dense.at("category").get<std::string>(), "core");
    CHECK(has(at.done("layers Dense").out, "units"));
    at.refused("layers Dens", 1, {"\"Dens\""});
}

TEST("plot draws every format") {
    const Workplace at("plot");
    at.done("new mnist_cnn -o m.weft");
    const std::vector<std::pair<std::string, std::string>> beginnings = {
        {"svg", "<?xml"}, {"png", "\x89PNG"}, {"pdf", "%PDF"}, {"dot", "digraph"}};
    for (const auto& [ending, beginning] : beginnings) {
        at.done("plot m.weft -o m." + ending + " --shapes --nested");
        CHECK(contents(at / ("m." + ending)).starts_with(beginning));
    }
    CHECK(has(contents(at / "m.dot"), "(None, 28, 28, 1)"));
    CHECK(has(contents(at / "m.svg"), "Conv2D"));
    at.refused("plot m.weft -o m.gif", 1, {".svg", "m.gif"});
    CHECK(!std::filesystem::exists(at / "m.gif"));
}

TEST("a model is trained, scored, exported, and predicts the same everywhere") {
    const Workplace at("way");
    at.done("new iris -o i.weft --seed 1");
    const std::string before = contents(at / "i.weft");
    const Ran fit = at.done("fit i.weft --epochs 3 --batch-size 16 --history h.csv -o o.weft --threads 2");
    CHECK(contents(at / "i.weft") == before);
    CHECK(has(fit.out, "Epoch 1/3\n"));
    CHECK(has(fit.out, "Epoch 3/3\n"));
    CHECK(has(fit.out, "ms/step - accuracy: ") || has(fit.out, "us/step - accuracy: "));
    CHECK(fit.err.empty()); // no progress bar where there is no terminal
    const std::string history = contents(at / "h.csv");
    CHECK(history.starts_with("epoch,accuracy,loss"));
    CHECK_EQUAL(std::count(history.begin(), history.end(), '\n'), 4);

    const nlohmann::json scores = at.json("evaluate o.weft");
    CHECK(has(at.done("evaluate o.weft").out, "accuracy: "));
    CHECK_EQUAL(at.json("evaluate o.weft --split train").at("split").get<std::string>(), "train");
    at.refused("evaluate o.weft --split all", 2, {"all"});

    const nlohmann::json exported = at.json("export o.weft --format weft -o out/");
    CHECK(exported.at("largest_difference").get<double>() <= 1e-6);
    for (const char* file : {"model.json", "weights.safetensors", "check.safetensors"}) {
        CHECK(std::filesystem::exists(at / "out" / file));
    }
    const nlohmann::json model = parseJson(contents(at / "out" / "model.json"), "model.json");
    CHECK_EQUAL(model.at("format").get<std::string>(), "weft-model");
    CHECK(model.contains("architecture"));
    CHECK(at.json("evaluate out").at("metrics") == scores.at("metrics"));
    CHECK(has(at.done("summary out").out, "Total params: "));
    at.refused("fit out", 1, {"out"});
    at.refused("export o.weft --format none -o x", 2, {"none", "weft"});
    at.done("export o.weft --format weft -o out"); // again, over the first
    writeText(at / "mine" / "keep.txt", "");
    std::filesystem::create_directories(at / "mine");
    writeText(at / "mine" / "keep.txt", "mine");
    at.refused("export o.weft --format weft -o mine", 1, {"keep.txt"});
    CHECK(contents(at / "mine" / "keep.txt") == "mine");

    Tensor flowers(Shape{5, 4});
    for (std::int64_t i = 0; i < flowers.size(); ++i) {
        flowers.data<float>()[i] = static_cast<float>(i) / 10 - 1;
    }
    writeNpy(at / "f.npy", flowers);
    const nlohmann::json written = at.json("predict o.weft --input f.npy -o p");
    CHECK_EQUAL(written.size(), 1U);
    at.done("predict out --input f.npy -o q");
    const std::string file = written.at(0).at("output").get<std::string>() + ".npy";
    const Tensor a = readNpy(at / "p" / file);
    const Tensor b = readNpy(at / "q" / file);
    CHECK(a.shape() == Shape({5, 3}));
    for (std::int64_t i = 0; i < a.size(); ++i) {
        CHECK_NEAR(a.at(i), b.at(i), 1e-6);
    }
    for (std::int64_t row = 0; row < 5; ++row) {
        CHECK_NEAR(a.at(row * 3) + a.at(row * 3 + 1) + a.at(row * 3 + 2), 1.0, 1e-5);
    }
    // Raw rows of a table go through the preprocessing that is stored with the model.
    writeText(at / "raw.csv", "sepal_length,sepal_width,petal_length,petal_width\n5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n");
    at.done("predict o.weft --input raw.csv -o r1");
    at.done("predict out --input raw.csv -o r2");
    const Tensor fromProject = readNpy(at / "r1" / file);
    const Tensor fromExport = readNpy(at / "r2" / file);
    CHECK(fromProject.shape() == Shape({2, 3}));
    for (std::int64_t i = 0; i < fromProject.size(); ++i) {
        CHECK_NEAR(fromProject.at(i), fromExport.at(i), 1e-6);
    }
    at.refused("predict o.weft --input nothing=f.npy -o p", 2, {"\"nothing\""});
    at.refused("predict o.weft --input missing.npy -o p", 1, {"missing.npy"});
}

TEST("the same seed gives the same weights, another seed others") {
    const Workplace at("seed");
    at.done("new iris -o i.weft");
    at.done("fit i.weft --epochs 2 --seed 3 --threads 1 -o a.weft");
    at.done("fit i.weft --epochs 2 --seed 3 --threads 2 -o b.weft");
    at.done("fit i.weft --epochs 2 --seed 4 -o c.weft");
    const auto weights = [&](const char* file) { return loadProject(at / file).trained.weights; };
    const auto same = [](const Weights& a, const Weights& b) {
        return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const auto& x, const auto& y) {
                   return x.first == y.first && *x.second == *y.second;
               });
    };
    CHECK(!weights("a.weft").empty());
    CHECK(same(weights("a.weft"), weights("b.weft")));
    CHECK(!same(weights("a.weft"), weights("c.weft")));
}

TEST("an interrupted training is saved, and resumed ends as one that ran through") {
    const Workplace at("resume");
    at.done("new mnist_mlp_dropout -o m.weft");
    at.done("fit m.weft --epochs 8 -o whole.weft");
    // The shell starts background programs with SIGINT ignored; fit must take it all the same.
    const Ran run = ran(quoted(WEFT_BIN) + " fit m.weft --epochs 8 -o part.weft >log & pid=$!; until grep -q 'Epoch 3' log; do sleep 0.02; done; "
                                           "kill -INT $pid; wait $pid",
                        at.folder());
    CHECK_EQUAL(run.status, 0);
    CHECK(has(run.err, "Stopped after "));
    const ProjectFile part = loadProject(at / "part.weft");
    REQUIRE(part.trained.runs.size() == 1);
    CHECK(part.trained.runs[0].stopped);
    CHECK(part.trained.runs[0].history.size() >= 2);
    REQUIRE(part.trained.runs[0].history.size() < 8);
    const Ran resume = at.done("fit part.weft --resume --history h.csv");
    CHECK(has(resume.out, "Epoch 8/8\n"));
    CHECK(!has(resume.out, "Epoch 1/8\n"));
    const std::string history = contents(at / "h.csv");
    CHECK_EQUAL(std::count(history.begin(), history.end(), '\n'), 9);
    const ProjectFile resumed = loadProject(at / "part.weft");
    const ProjectFile whole = loadProject(at / "whole.weft");
    CHECK_EQUAL(resumed.trained.runs.size(), 1U);
    CHECK_EQUAL(resumed.trained.runs.at(0).history.size(), 8U);
    REQUIRE(resumed.trained.weights.size() == whole.trained.weights.size());
    for (const auto& [key, weight] : whole.trained.weights) {
        CHECK(*resumed.trained.weights.at(key) == *weight);
    }
    CHECK(has(at.done("fit part.weft --resume").err, "8 epochs are done"));
    CHECK(has(at.done("fit part.weft --epochs 1").out, "Epoch 1/1\n")); // as calling Keras' fit again
    CHECK_EQUAL(loadProject(at / "part.weft").trained.runs.size(), 2U);
}

TEST("a batch size that the model does not take is told") {
    const Workplace at("fixed_batch");
    at.done("new stateful_lstm -o s.weft");
    CHECK(at.done("fit s.weft --epochs 1 --batch-size 7").err.find("fixes the batch size to 32; --batch-size 7 is not used.") != std::string::npos);
}

TEST("an output's name is no path") {
    const Workplace at("name_of_output");
    at.done("new iris -o i.weft");
    at.done("export i.weft --format weft -o out");
    const std::string file = "out/model.json";
    std::string text = contents(at / file);
    const nlohmann::json whole = parseJson(text, file);
    const auto name = whole.at("outputs").at(0).at("name").get<std::string>();
    for (std::size_t found = text.find('"' + name + '"'); found != std::string::npos; found = text.find('"' + name + '"', found + 1)) {
        text.replace(found, name.size() + 2, "\"../../evil\"");
    }
    writeText(at / file, text);
    writeText(at / "rows.csv", "a,b,c,d\n1,2,3,4\n");
    std::filesystem::create_directories(at / "deep/er");
    at.weft("predict out --input rows.csv -o deep/er/still");
    CHECK(!std::filesystem::exists(at / "deep/evil.npy"));
}

TEST("data given by name stay with the project, wherever it is saved") {
    const Workplace at("rebind");
    at.done("new iris -o i.weft");
    const std::string name = at.json("data i.weft").at(0).at("name").get<std::string>();
    std::filesystem::create_directories(at / "sub");
    const std::string bundled = loadProject(at / "i.weft").project.data.sources.at(0).path;
    std::filesystem::copy_file(std::filesystem::path(WEFT_TESTS_DIR) / "../resources/data" / bundled.substr(bundled.find(':') + 1),
                               at / "mine.csv");
    at.done("fit i.weft --epochs 1 --data " + name + "=mine.csv");
    CHECK_EQUAL(loadProject(at / "i.weft").project.data.sources.at(0).path, "mine.csv");
    at.done("fit i.weft --epochs 1 -o sub/o.weft");
    at.done("evaluate sub/o.weft");
    at.refused("fit i.weft --data nothing=mine.csv", 2, {"\"nothing\"", name});
}
