// SPDX-License-Identifier: Apache-2.0
#include "engine/training/trainer.h"

#include "tests/contract/allocations.h"
#include "tests/model/graphs.h"
#include "tests/support/check.h"

#include <cmath>

using namespace weft;
using namespace weft::test;

namespace {

Tensor noise(std::uint64_t seed, Shape shape) {
    Tensor out(std::move(shape));
    const Random random(seed, 4);
    for (std::int64_t i = 0; i < out.size(); ++i) {
        out.data<float>()[i] = 2 * random.uniform(static_cast<std::uint64_t>(i)) - 1;
    }
    return out;
}

/// x (3) -> body (5, tanh) -> a (2) and b (1), both trained on squared errors.
struct TwoHeads {
    TwoHeads() {
        const CallId x = drawing.input("x", {3});
        const CallId body = drawing.layer("Dense", "body", {{"units", 5}, {"activation", "tanh"}}, {{x, 0}});
        const CallId a = drawing.layer("Dense", "a", {{"units", 2}}, {{body, 0}});
        const CallId b = drawing.layer("Dense", "b", {{"units", 1}}, {{body, 0}});
        model = Model::build(drawing.graphs, drawing.root, drawing.define("two", {x}, {a, b}));
        initialize(*model, 3, weights);
        config.outputs["a"].loss = Object{"MeanSquaredError", {}};
        config.outputs["a"].weight = 0.5;
        config.outputs["a"].metrics = {Object{"mae", {}}};
        config.outputs["b"].loss = Object{"mse", {}};
        config.outputs["b"].weight = 2;
    }

    Drawing drawing;
    std::shared_ptr<const Model> model;
    Weights weights;
    TrainingConfig config;
    std::vector<Tensor> inputs{noise(1, {6, 3})};
    std::vector<Tensor> targets{noise(2, {6, 2}), noise(3, {6})};
};

double meanSquare(const Tensor& a, const Tensor& b, const std::vector<float>& weights) {
    const std::int64_t width = a.size() / a.shape()[0];
    double sum = 0;
    for (std::int64_t i = 0; i < a.size(); ++i) {
        const double difference = a.at(i) - b.at(i);
        sum += difference * difference / static_cast<double>(width) * static_cast<double>(weights[static_cast<std::size_t>(i / width)]);
    }
    return sum / static_cast<double>(a.shape()[0]);
}

} // namespace

TEST("losses of several outputs add up by their weights, and logs have Keras' names") {
    TwoHeads t;
    Trainer trainer(t.model, t.config, t.weights);
    const std::vector<Tensor> sampleWeights{Tensor({6}, std::vector<float>{1, 2, 0, 1, 3, 0.5f})};
    const std::vector<Tensor> predictions = trainer.predictOnBatch(t.inputs);
    const Logs logs = trainer.testOnBatch(t.inputs, t.targets, sampleWeights);
    const double a = meanSquare(predictions[0], t.targets[0], {1, 2, 0, 1, 3, 0.5f});
    const double b = meanSquare(predictions[1], t.targets[1].reshaped({6, 1}), {1, 1, 1, 1, 1, 1});
    CHECK_EQUAL(logs.size(), 4u);
    CHECK_NEAR(logs.at("a_loss"), a, 1e-6);
    CHECK_NEAR(logs.at("b_loss"), b, 1e-6);
    CHECK_NEAR(logs.at("loss"), 0.5 * a + 2 * b, 1e-6);
    CHECK(logs.contains("a_mae"));
}

TEST("an output without a loss adds no entry and no gradient") {
    TwoHeads t;
    t.config.outputs["b"].loss.reset();
    Trainer trainer(t.model, t.config, t.weights);
    const std::vector<Tensor> targets{t.targets[0], Tensor()};
    CHECK_EQUAL(trainer.testOnBatch(t.inputs, targets).size(), 2u); // loss and a_mae
    const auto gradients = trainer.gradients(t.inputs, targets);
    for (std::size_t i = 0; i < t.model->weights().size(); ++i) {
        const bool ofB = t.model->weights()[i].path.starts_with("b/");
        double size = 0;
        for (const float g : gradients.weights[i].floats()) {
            size += std::fabs(static_cast<double>(g));
        }
        CHECK((size > 0) != ofB);
    }
}

TEST("gradients of the total loss are those of finite differences, class weights included") {
    TwoHeads t;
    t.config.outputs["b"].classWeights = {{0, 0.25}, {1, 4.0}};
    Trainer trainer(t.model, t.config, t.weights);
    const auto gradients = trainer.gradients(t.inputs, t.targets);
    for (std::size_t w = 0; w < t.model->weights().size(); ++w) {
        const WeightKey& key = t.model->weights()[w].key;
        for (std::int64_t i = 0; i < gradients.weights[w].size(); ++i) {
            const auto lossAt = [&](float shift) {
                Weights moved = t.weights;
                auto tensor = std::make_shared<Tensor>(*moved.at(key));
                tensor->data<float>()[i] += shift;
                moved[key] = tensor;
                return Trainer(t.model, t.config, moved).gradients(t.inputs, t.targets).loss;
            };
            CHECK_NEAR(gradients.weights[w].at(i), (lossAt(5e-3f) - lossAt(-5e-3f)) / 1e-2, 1e-3);
        }
    }
}

TEST("a step moves weights by the gradient, whatever the loss scale") {
    for (const double scale : {1.0, 64.0}) {
        TwoHeads t;
        t.config.optimizer = {"SGD", {{"learning_rate", 0.5}, {"loss_scale_factor", scale}}};
        Trainer trainer(t.model, t.config, t.weights);
        const auto gradients = trainer.gradients(t.inputs, t.targets);
        trainer.trainOnBatch(t.inputs, t.targets);
        const Weights after = trainer.weights();
        for (std::size_t w = 0; w < t.model->weights().size(); ++w) {
            const WeightKey& key = t.model->weights()[w].key;
            for (std::int64_t i = 0; i < gradients.weights[w].size(); ++i) {
                CHECK_NEAR(after.at(key)->at(i), t.weights.at(key)->at(i) - 0.5 * gradients.weights[w].at(i), 1e-6);
            }
        }
        CHECK_EQUAL(trainer.iteration(), 1);
    }
}

TEST("a step allocates nothing after the first of its size") {
    for (const ParamMap& params : {ParamMap{}, ParamMap{{"global_clipnorm", 1.0}}}) {
        TwoHeads t;
        t.config.optimizer = {"Adam", params};
        Trainer trainer(t.model, t.config, t.weights);
        BatchSpecs specs;
        specs.inputs = {{t.inputs[0].shape()}};
        specs.targets = {TensorSpec{t.targets[0].shape()}, TensorSpec{t.targets[1].shape()}};
        specs.weights = {std::nullopt, std::nullopt};
        const Objective& objective = trainer.prepare(specs.targets);
        Batch batch = bookBatch(*t.model, objective, specs, 6);
        batch.rows = 6;
        batch.inputs = t.inputs;
        const auto run = [&](std::int64_t rows) {
            batch.rows = rows;
            batch.targets[0].given = t.targets[0];
            batch.targets[1].given = t.targets[1];
            const long before = allocations();
            completeTargets(objective, specs, true, batch);
            trainer.step(batch);
            trainer.logs();
            return allocations() - before;
        };
        CHECK(run(6) > 0); // books the plan, so the counter works
        run(4);
        CHECK_EQUAL(run(6), 0);
        CHECK_EQUAL(run(4), 0);
        CHECK_EQUAL(run(6), 0);
    }
}

TEST("a step whose loss is no number moves nothing") {
    TwoHeads t;
    t.targets[0].data<float>()[3] = std::nanf("");
    Trainer trainer(t.model, t.config, t.weights);
    CHECK(std::isnan(trainer.trainOnBatch(t.inputs, t.targets).at("loss")));
    for (const auto& [key, weight] : trainer.weights()) {
        CHECK(*weight == *t.weights.at(key));
    }
    CHECK_EQUAL(trainer.iteration(), 0);
}
