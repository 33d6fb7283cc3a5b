// SPDX-License-Identifier: Apache-2.0
#include "engine/base/memory.h"
#include "tests/support/check.h"
#include "tests/training/fixtures.h"

#include <cmath>

using namespace weft;
using namespace weft::test;

namespace {

/// Asks to stop when so many batches of an epoch are done.
struct StopAfter : TrainObserver {
    StopAfter(std::int64_t epoch, std::int64_t batch) : epoch(epoch), batch(batch) {}
    void onBatch(const TrainProgress& progress, const Logs&) override {
        ++batches;
        if (progress.epoch == epoch && progress.batch == batch) {
            stop.request_stop();
        }
    }
    std::int64_t epoch, batch, batches = 0;
    std::stop_source stop;
};

struct Listener : TrainObserver {
    void onBatch(const TrainProgress& p, const Logs& logs) override {
        ++batches;
        lastBatch = logs;
        progress = p;
    }
    void onEpoch(const TrainProgress& p, const Logs&, const Weights& w, const OptimizerState&) override {
        ++epochs;
        progress = p;
        weights = w;
    }
    int batches = 0, epochs = 0;
    Logs lastBatch;
    TrainProgress progress;
    Weights weights;
};

TrainRequest resumed(TrainRequest request, const TrainResult& first, std::int64_t epochs) {
    request.weights = first.weights;
    request.optimizer = first.optimizer;
    request.config.epochs = epochs;
    return request;
}

} // namespace

TEST("a small perceptron learns two spirals, also on points that it never saw") {
    TrainRequest request = spiralRequest({32, 32}, 0, 1000);
    request.config.epochs = 40;
    request.config.validationSplit = 0.2;
    const TrainResult result = train(request);
    REQUIRE(result.history.size() == 40);
    CHECK(result.history.back().at("accuracy") > 0.97);
    CHECK(result.history.back().at("val_accuracy") > 0.97);
    CHECK(result.history.back().at("loss") < result.history.front().at("loss") / 4);
    const Logs scores = evaluate(*request.model, request.config, *spirals(500, 2), DataPart::train, result.weights);
    CHECK(scores.at("accuracy") > 0.95);
    CHECK(result.trouble.empty() && !result.stopped);
}

TEST("what is proposed for the iris flowers learns to tell them apart") {
    DataSpec spec;
    spec.sources = {{"iris", "csv", "bundled:iris/iris.csv", {}, 0, {}}};
    spec.columns = {{"measures", "iris", "", {"sepal_length", "sepal_width", "petal_length", "petal_width"}, {{"standardise", {}}}},
                    {"species", "iris", "", {"species"}, {}}};
    spec.split = {"stratified", 0.2, "species", 4};
    Drawing drawing;
    const CallId input = drawing.input("flower", {4});
    const CallId hidden = drawing.layer("Dense", "hidden", {{"units", 16}, {"activation", "relu"}}, {{input, 0}});
    const CallId output = drawing.layer("Dense", "kind", {{"units", 3}, {"activation", "softmax"}}, {{hidden, 0}});
    TrainRequest request;
    request.model = Model::build(drawing.graphs, drawing.root, drawing.define("iris", {input}, {output}));
    initialize(*request.model, 1, request.weights);
    request.config.optimizer = {"Adam", {{"learning_rate", 0.01}}};
    request.config.epochs = 60;
    request.config.batchSize = 16;
    request.config = proposeTraining(*request.model, request.config, spec);
    CHECK(obstacles(*request.model, request.config, spec).empty());
    DataPlaces places;
    places.bundledFolder = std::filesystem::path(WEFT_TESTS_DIR) / ".." / "resources" / "data";
    request.data = std::make_shared<const Dataset>(loadDataset(spec, places));
    CHECK_EQUAL(request.data->testRows, 30);
    const TrainResult result = train(request);
    CHECK(result.history.back().at("accuracy") > 0.95);
    CHECK(evaluate(*request.model, request.config, *request.data, DataPart::test, result.weights).at("accuracy") > 0.9);
}

TEST("a run that goes on after some epochs gives the bits of one without a break") {
    for (const char* optimizer : {"SGD", "RMSprop", "Adam"}) {
        TrainRequest request = spiralRequest({16}, 0.25, 150);
        request.config.optimizer = {optimizer, {{"use_ema", true}}};
        request.config.epochs = 5;
        const TrainResult through = train(request);
        request.config.epochs = 2;
        const TrainResult first = train(request);
        const TrainResult second = train(resumed(request, first, 3));
        CHECK(same(through.weights, second.weights));
        CHECK(through.history[4] == second.history[2]);
        CHECK_EQUAL(second.optimizer.epoch, 5);
        CHECK_EQUAL(second.optimizer.iteration, through.optimizer.iteration);
        CHECK(!same(first.weights, second.weights));
    }
}

TEST("a run that was stopped inside an epoch goes on with the bits of one without a break") {
    TrainRequest request = spiralRequest({16}, 0.25, 150);
    request.config.epochs = 3;
    const TrainResult through = train(request);
    StopAfter observer(1, 2);
    const TrainResult first = train(request, observer.stop.get_token(), &observer);
    CHECK(first.stopped);
    CHECK_EQUAL(observer.batches, 5 + 2);
    CHECK_EQUAL(first.history.size(), 1u);
    CHECK_EQUAL(first.optimizer.epoch, 1);
    CHECK_EQUAL(first.optimizer.batch, 2);
    const TrainResult second = train(resumed(request, first, 2));
    CHECK(same(through.weights, second.weights));
    CHECK(through.history.back() == second.history.back());
}

TEST("one, two and three threads give the same bits") {
    TrainRequest request = spiralRequest({256, 256}, 0.2, 500);
    request.config.batchSize = 128;
    request.config.validationSplit = 0.2;
    request.threads = 1;
    const TrainResult one = train(request);
    for (const int threads : {2, 3}) {
        request.threads = threads;
        const TrainResult more = train(request);
        CHECK(same(one.weights, more.weights));
        CHECK(one.history == more.history);
    }
}

TEST("seed and shuffling choose the order, and only they") {
    const TrainRequest request = spiralRequest({8}, 0, 100);
    TrainRequest otherSeed = request;
    otherSeed.config.seed = 10;
    TrainRequest unshuffled = request;
    unshuffled.config.shuffle = false;
    TrainRequest unshuffledOtherSeed = otherSeed;
    unshuffledOtherSeed.config.shuffle = false;
    const Weights weights = train(request).weights;
    CHECK(same(weights, train(request).weights));
    CHECK(!same(weights, train(otherSeed).weights));
    CHECK(!same(weights, train(unshuffled).weights));
    CHECK(same(train(unshuffled).weights, train(unshuffledOtherSeed).weights));
}

TEST("observers hear every batch and epoch, and the progress adds up") {
    TrainRequest request = spiralRequest({8}, 0, 100);
    request.config.validationSplit = 0.1;
    Listener listener;
    const TrainResult result = train(request, {}, &listener);
    CHECK_EQUAL(listener.batches, 9);
    CHECK_EQUAL(listener.epochs, 3);
    CHECK_EQUAL(listener.progress.epoch, 3);
    CHECK_EQUAL(listener.progress.epochs, 3);
    CHECK_EQUAL(listener.progress.batches, 3);
    CHECK(listener.progress.samplesPerSecond > 0);
    CHECK(same(listener.weights, result.weights));
    CHECK_EQUAL(listener.lastBatch.at("loss"), result.history.back().at("loss"));
    for (const char* name : {"loss", "accuracy", "val_loss", "val_accuracy"}) {
        CHECK(result.history.back().contains(name));
    }
    CHECK_EQUAL(result.history.back().size(), 4u);
}

TEST("the validation split takes the last rows before shuffling") {
    TrainRequest request = spiralRequest({8}, 0, 100);
    request.config.validationSplit = 0.25;
    const TrainResult result = train(request);
    // The same scores from a data set of these rows alone.
    auto last = std::make_shared<Dataset>();
    std::vector<std::int64_t> rows;
    for (std::int64_t i = 75; i < 100; ++i) {
        rows.push_back(i);
    }
    for (const auto& [name, column] : request.data->train) {
        last->test[name] = column.selected(rows);
    }
    last->testRows = 25;
    const Logs scores = evaluate(*request.model, request.config, *last, DataPart::test, result.weights);
    CHECK_NEAR(scores.at("loss"), result.history.back().at("val_loss"), 1e-7);
    CHECK_NEAR(scores.at("accuracy"), result.history.back().at("val_accuracy"), 1e-12);
    CHECK(evaluate(*request.model, request.config, *request.data, DataPart::validation, result.weights) == scores);
    request.config.validationSplit = 0.999;
    CHECK_THROWS_WITH("0.999", train(request));
}

TEST("the epoch's loss is the mean over samples, a smaller last batch included") {
    TrainRequest request = spiralRequest({8}, 0, 70);
    request.config.optimizer = {"SGD", {{"learning_rate", 0.0}}};
    request.config.epochs = 1;
    const TrainResult result = train(request);
    request.config.batchSize = 70;
    const Logs whole = evaluate(*request.model, request.config, *request.data, DataPart::train, request.weights);
    CHECK_NEAR(result.history[0].at("loss"), whole.at("loss"), 1e-6);
    CHECK_NEAR(result.history[0].at("accuracy"), whole.at("accuracy"), 1e-12);
    CHECK(same(result.weights, request.weights));
}

TEST("weights of samples and of classes weigh the loss, and the same weights give the same training") {
    TrainRequest plain = spiralRequest({8}, 0, 96);
    TrainRequest ones = plain, zeros = plain, classes = plain;
    ones.config.outputs["scores"].sampleWeights = "ones";
    zeros.config.outputs["scores"].sampleWeights = "zeros";
    classes.config.outputs["scores"].classWeights = {{1, 0.0}};
    classes.config.outputs["scores"].weightedMetrics = {Object{"accuracy", {}}};
    CHECK(same(train(plain).weights, train(ones).weights));
    const TrainResult byClass = train(classes);
    CHECK(same(train(zeros).weights, byClass.weights));
    CHECK(!same(train(plain).weights, byClass.weights));
    // Only arm 0 counts, and it is soon always right.
    CHECK(byClass.history.back().at("weighted_accuracy") > byClass.history.back().at("accuracy"));
}

TEST("a loss that is no number ends the training with the last good weights and a sentence that says where") {
    TrainRequest request = spiralRequest({8}, 0, 100);
    request.config.optimizer = {"SGD", {{"learning_rate", 1e30}}};
    request.config.epochs = 5;
    const TrainResult result = train(request);
    CHECK(result.trouble.find("epoch 1, batch") != std::string::npos);
    CHECK(same(result.weights, request.weights));
    CHECK_EQUAL(result.optimizer.iteration, 0);
    for (const auto& [key, weight] : result.weights) {
        for (const float x : weight->floats()) {
            CHECK(std::isfinite(x));
        }
    }
}

TEST("what does not fit is refused with a sentence that names it") {
    const TrainRequest good = spiralRequest({8}, 0, 20);
    const auto refused = [&](auto&& change, const char* part) {
        TrainRequest request = good;
        change(request);
        CHECK_THROWS_WITH(part, train(request));
    };
    refused([](TrainRequest& r) { r.config.inputs["x"] = "nothing"; }, "\"nothing\"");
    refused([](TrainRequest& r) { r.config.inputs["x"] = "arms"; }, "(None, 2)");
    refused([](TrainRequest& r) { r.config.outputs["scores"].target = ""; }, "\"scores\"");
    refused([](TrainRequest& r) { r.config.outputs["scores"].target = "points"; }, "(None, 2)");
    refused([](TrainRequest& r) { r.config.outputs["scores"].loss->type = "Nonsense"; }, "Nonsense");
    refused([](TrainRequest& r) { r.config.outputs["scores"].loss->params["nonsense"] = 1; }, "nonsense");
    refused([](TrainRequest& r) { r.config.outputs["scores"].metrics = {Object{"nonsense", {}}}; }, "nonsense");
    refused([](TrainRequest& r) { r.config.outputs["scores"].loss.reset(); r.config.outputs["scores"].metrics.clear(); }, "loss");
    refused([](TrainRequest& r) { r.config.optimizer.type = "Nonsense"; }, "Nonsense");
    refused([](TrainRequest& r) { r.config.batchSize = 0; }, "batch size");
    refused([](TrainRequest& r) { r.weights.erase(r.weights.begin()); }, "hidden_0");
    refused([](TrainRequest& r) {
        auto data = std::make_shared<Dataset>(*r.data);
        Tensor bad({20}, DType::int32);
        bad.data<std::int32_t>()[19] = 2;
        data->train["arms"] = columnOf(std::move(bad));
        r.data = data;
    }, "The target of output \"scores\", row 20: a class number must be in 0..1 for a prediction of 2 classes; it is 2.");
    for (const DType dtype : {DType::float32, DType::float64}) {
        refused([&](TrainRequest& r) {
            auto data = std::make_shared<Dataset>(*r.data);
            Tensor bad({20}, DType::float32);
            bad.floats()[6] = 0.5F;
            Column column = columnOf(bad.cast(dtype));
            column.setOrigin(std::make_shared<const Origin>(Origin{"kind", "arms.csv", {}}));
            data->train["arms"] = column;
            r.data = data;
        }, "The target column \"kind\" of output \"scores\" (arms.csv), row 7: a class number must be a whole number; it is 0.5.");
    }
}

TEST("what the data do not suit is found end by end, before anything is trained") {
    const TrainRequest good = spiralRequest({8}, 0, 20);
    const auto found = [&](auto&& change) {
        TrainRequest request = good;
        change(request);
        return misfits(*request.model, request.config, request.data->train);
    };
    CHECK(found([](TrainRequest&) {}).empty());
    const auto wrongInput = found([](TrainRequest& r) { r.config.inputs["x"] = "arms"; });
    REQUIRE(wrongInput.size() == 1);
    CHECK(wrongInput[0].isInput && wrongInput[0].port == "x" && wrongInput[0].message.find("(None, 2)") != std::string::npos);
    const auto both = found([](TrainRequest& r) {
        r.config.inputs["x"] = "arms";
        r.config.outputs["scores"].target = "points";
    });
    REQUIRE(both.size() == 2);
    CHECK(!both[1].isInput && both[1].port == "scores" && both[1].message.find("\"scores\"") != std::string::npos);
    const auto label = found([](TrainRequest& r) {
        auto data = std::make_shared<Dataset>(*r.data);
        Tensor bad({20}, DType::int32);
        bad.data<std::int32_t>()[19] = 2;
        data->train["arms"] = columnOf(std::move(bad));
        r.data = data;
    });
    REQUIRE(label.size() == 1);
    CHECK(label[0].message.find("row 20") != std::string::npos && label[0].message.find("it is 2") != std::string::npos);
    // What is not chosen or not there is an obstacle, not a misfit.
    CHECK(found([](TrainRequest& r) { r.config.inputs.clear(); r.config.outputs["scores"].target = "nothing"; }).empty());
    CHECK(found([](TrainRequest& r) { r.config.outputs["scores"].metrics = {Object{"nonsense", {}}}; }).size() == 1);
}

TEST("a model whose weights would fit in memory, but not its training, is refused before anything is allocated") {
    Drawing drawing;
    const CallId x = drawing.input("x", {999});
    // A thousand weights per unit, four bytes each, half of the memory; twice those and a gradient are three times as much.
    const auto units = static_cast<std::int64_t>(physicalMemory() / 4 / 1000 / 2);
    const CallId wide = drawing.layer("Dense", "wide", {{"units", units}}, {{x, 0}});
    TrainRequest request = spiralRequest({8}, 0, 20);
    request.model = Model::build(drawing.graphs, drawing.root, drawing.define("huge", {x}, {wide}));
    CHECK_THROWS_WITH("weights of huge needs about ", train(request));
    CHECK_THROWS_WITH("; this machine has ", train(request));
}

TEST("predict gives row for row what one batch gives, and refuses inputs that do not fit") {
    const TrainRequest request = spiralRequest({8}, 0, 70);
    const Tensor points = request.data->train.at("points").tensor();
    const auto whole = predict(*request.model, request.weights, {{"x", points}}, 70);
    const auto parts = predict(*request.model, request.weights, {{"x", points}}, 32);
    REQUIRE(whole.size() == 1 && whole[0].shape() == Shape({70, 2}));
    CHECK(whole[0] == parts[0]);
    CHECK_EQUAL(predict(*request.model, request.weights, {{"x", Tensor({0, 2})}})[0].shape().text(), "(0, 2)");
    CHECK_THROWS_WITH("\"x\"", predict(*request.model, request.weights, {}));
    CHECK_THROWS_WITH("(None, 2)", predict(*request.model, request.weights, {{"x", Tensor({3, 4})}}));
}
