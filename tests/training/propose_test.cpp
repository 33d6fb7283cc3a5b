// SPDX-License-Identifier: Apache-2.0
#include "engine/training/train.h"

#include "tests/model/graphs.h"
#include "tests/support/check.h"

using namespace weft;
using namespace weft::test;

namespace {

std::shared_ptr<const Model> classifier(std::int64_t units, const char* activation, bool apart = false) {
    Drawing drawing;
    const CallId x = drawing.input("x", {4});
    CallId out = drawing.layer("Dense", "out", {{"units", units}, {"activation", apart ? "linear" : activation}}, {{x, 0}});
    if (apart) {
        out = drawing.layer("Activation", "act", {{"activation", activation}}, {{out, 0}});
    }
    return Model::build(drawing.graphs, drawing.root, drawing.define("m", {x}, {out}));
}

DataSpec table(const std::string& target, std::vector<Object> steps = {}) {
    DataSpec data;
    data.columns = {{"features", "s", "", {}, {}}, {target, "s", "", {}, std::move(steps)}};
    return data;
}

OutputTraining proposed(const Model& model, const DataSpec& data) {
    const TrainingConfig config = proposeTraining(model, {}, data);
    CHECK_EQUAL(config.inputs.at(model.inputs()[0].name), "features");
    CHECK(obstacles(model, config, data).empty());
    return config.outputs.at(model.outputs()[0].name);
}

} // namespace

TEST("the proposed loss follows what the last layer makes of its numbers and what the target is") {
    const auto softmax = proposed(*classifier(3, "softmax"), table("labels"));
    CHECK_EQUAL(softmax.target, "labels");
    CHECK(softmax.loss == Object({"SparseCategoricalCrossentropy", {}}));
    CHECK(softmax.metrics == std::vector<Object>{{"accuracy", {}}});
    CHECK(proposed(*classifier(3, "softmax", true), table("labels")).loss == Object({"SparseCategoricalCrossentropy", {}}));
    CHECK(proposed(*classifier(3, "linear"), table("labels")).loss == Object({"SparseCategoricalCrossentropy", {{"from_logits", true}}}));
    CHECK(proposed(*classifier(1, "sigmoid"), table("labels")).loss == Object({"BinaryCrossentropy", {}}));
    const auto price = proposed(*classifier(1, "linear"), table("price"));
    CHECK(price.loss == Object({"MeanSquaredError", {}}));
    CHECK(price.metrics.empty());
    CHECK(proposed(*classifier(2, "linear"), table("position")).loss == Object({"MeanSquaredError", {}}));
}

TEST("a one-hot target asks for the categorical loss") {
    const StepType* oneHot = nullptr;
    for (const StepType& step : stepTypes()) {
        oneHot = step.oneHot ? &step : oneHot;
    }
    REQUIRE(oneHot);
    CHECK(proposed(*classifier(3, "softmax"), table("labels", {{oneHot->name, {}}})).loss == Object({"CategoricalCrossentropy", {}}));
    CHECK(proposed(*classifier(3, "linear"), table("digits", {{oneHot->name, {}}})).loss ==
          Object({"CategoricalCrossentropy", {{"from_logits", true}}}));
}

TEST("a proposal leaves alone what was chosen") {
    const auto model = classifier(3, "softmax");
    DataSpec data = table("labels");
    TrainingConfig config;
    config.inputs["x"] = "labels";
    config.outputs["out"].target = "features";
    config.outputs["out"].loss = Object{"MeanSquaredError", {}};
    CHECK(proposeTraining(*model, config, data) == config);
    config.inputs["x"] = "gone";
    CHECK_EQUAL(proposeTraining(*model, config, data).inputs.at("x"), "labels");
}

TEST("an output whose loss was taken away stays untrained beside one that is trained") {
    Drawing drawing;
    const CallId x = drawing.input("x", {4});
    const CallId a = drawing.layer("Dense", "a", {{"units", 1}}, {{x, 0}});
    const CallId b = drawing.layer("Dense", "b", {{"units", 1}}, {{x, 0}});
    const auto model = Model::build(drawing.graphs, drawing.root, drawing.define("m", {x}, {a, b}));
    DataSpec data = table("price");
    data.columns.push_back({"size", "s", "", {}, {}});
    TrainingConfig config = proposeTraining(*model, {}, data);
    CHECK(config.outputs.at("a").loss && config.outputs.at("b").loss);
    config.outputs.at("b").loss.reset();
    config.outputs.at("b").metrics.clear();
    const TrainingConfig again = proposeTraining(*model, config, data);
    CHECK(again.outputs.at("a").loss.has_value());
    CHECK(!again.outputs.at("b").loss && again.outputs.at("b").metrics.empty());
}

TEST("every obstacle is a sentence that names what is missing") {
    const auto model = classifier(3, "softmax");
    const DataSpec data = table("labels");
    TrainingConfig good = proposeTraining(*model, {}, data);
    CHECK(obstacles(*model, good, data).empty());
    const auto says = [&](auto&& change, std::string_view part) {
        TrainingConfig config = good;
        change(config);
        const auto found = obstacles(*model, config, data);
        CHECK_EQUAL(found.size(), 1u);
        CHECK(!found.empty() && found[0].find(part) != std::string::npos && found[0].back() == '.');
    };
    says([](TrainingConfig& c) { c.outputs["out"].target = ""; }, "No target is chosen for output \"out\"");
    says([](TrainingConfig& c) { c.outputs["out"].target = "gone"; }, "\"gone\"");
    says([](TrainingConfig& c) { c.inputs["x"] = ""; }, "No data column is chosen for input \"x\"");
    says([](TrainingConfig& c) { c.outputs["out"].loss.reset(); }, "No output has a loss");
    says([](TrainingConfig& c) { c.outputs["out"].loss->type = "Nonsense"; }, "Nonsense");
    says([](TrainingConfig& c) { c.outputs["out"].metrics = {Object{"nonsense", {}}}; }, "nonsense");
    says([](TrainingConfig& c) { c.optimizer.params["learning_rate"] = -1.0; }, "Learning rate");
    says([](TrainingConfig& c) { c.batchSize = 0; }, "batch size");
    says([](TrainingConfig& c) { c.epochs = 0; }, "epochs");
    says([](TrainingConfig& c) { c.validationSplit = 1; }, "validation split");
    CHECK_EQUAL(obstacles(*model, good, {}).size(), 1u);
}
