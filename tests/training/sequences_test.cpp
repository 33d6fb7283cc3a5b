// SPDX-License-Identifier: Apache-2.0
#include "engine/data/dataset.h"
#include "tests/support/check.h"
#include "tests/training/fixtures.h"

#include <numeric>

using namespace weft;
using weft::test::Drawing;

namespace {

constexpr std::int64_t kRows = 24, kSteps = 40;

/// Sequences of codes 1..5 of 3 to 20 steps, filled up with 0 to 40; the target is whether the first code is a 1 or 2.
std::shared_ptr<const Dataset> sequences() {
    Tensor codes(Shape{kRows, kSteps}, DType::int32), target(Shape{kRows, 1});
    const Random random(3, 1);
    for (std::int64_t row = 0; row < kRows; ++row) {
        const auto at = static_cast<std::uint64_t>(row * 100);
        const auto length = static_cast<std::int64_t>(3 + random.below(at, 18));
        for (std::int64_t step = 0; step < kSteps; ++step) {
            codes.data<std::int32_t>()[row * kSteps + step] =
                step < length ? static_cast<std::int32_t>(1 + random.below(at + 1 + static_cast<std::uint64_t>(step), 5)) : 0;
        }
        target.data<float>()[row] = codes.data<std::int32_t>()[row * kSteps] <= 2 ? 1.0F : 0.0F;
    }
    auto data = std::make_shared<Dataset>();
    std::vector<std::int64_t> rows(static_cast<std::size_t>(kRows));
    std::iota(rows.begin(), rows.end(), std::int64_t{0});
    const TensorSpec spec{{kUnknown, kSteps}, DType::int32};
    data->train = {{"codes", Column(std::make_shared<const Tensor>(std::move(codes)), rows, {makeStep({"pad", {}}, spec)})},
                   {"target", weft::test::columnOf(std::move(target))}};
    data->trainRows = kRows;
    return data;
}

TrainRequest request(std::int64_t steps) {
    Drawing d;
    const CallId in = d.input("codes", {steps});
    d.graph().layerOf(in)->params["dtype"] = "int32";
    const CallId embedding = d.layer("Embedding", "embedding", {{"input_dim", 6}, {"output_dim", 4}, {"mask_zero", true}}, {{in, 0}});
    const CallId lstm = d.layer("LSTM", "lstm", {{"units", 5}}, {{embedding, 0}});
    const CallId out = d.layer("Dense", "out", {{"units", 1}, {"activation", "sigmoid"}}, {{lstm, 0}});
    TrainRequest request;
    request.model = Model::build(d.graphs, d.root, d.define("m", {in}, {out}));
    initialize(*request.model, 5, request.weights);
    request.data = sequences();
    request.config.inputs["codes"] = "codes";
    OutputTraining& output = request.config.outputs["out"];
    output.loss = Object{"BinaryCrossentropy", {}};
    output.target = "target";
    request.config.optimizer = {"Adam", {}};
    request.config.batchSize = 5;
    request.config.epochs = 2;
    return request;
}

} // namespace

TEST("batches of an open length are cut to their longest sequence, which changes nothing where a mask says what counts") {
    const TrainResult whole = train(request(kSteps));
    const TrainResult cut = train(request(kUnknown));
    REQUIRE(whole.weights.size() == cut.weights.size());
    auto other = cut.weights.begin();
    for (const auto& [key, weight] : whole.weights) {
        REQUIRE(other->second->shape() == weight->shape());
        for (std::int64_t i = 0; i < weight->size(); ++i) {
            CHECK_NEAR(static_cast<double>(other->second->data<float>()[i]), static_cast<double>(weight->data<float>()[i]), 1e-5);
        }
        ++other;
    }
    CHECK_NEAR(cut.history.back().at("loss"), whole.history.back().at("loss"), 1e-5);
}

TEST("what a stateful layer remembers goes on from epoch to epoch, unless it is to forget") {
    const auto run = [](bool resets, std::int64_t epochs, const TrainResult* before) {
        Drawing d;
        const CallId in = d.input("codes", {kSteps});
        d.graph().layerOf(in)->params["dtype"] = "int32";
        d.graph().layerOf(in)->params["batch_size"] = 7;
        const CallId embedding = d.layer("Embedding", "embedding", {{"input_dim", 6}, {"output_dim", 4}}, {{in, 0}});
        const CallId lstm = d.layer("LSTM", "lstm", {{"units", 5}, {"stateful", true}}, {{embedding, 0}});
        const CallId out = d.layer("Dense", "out", {{"units", 1}, {"activation", "sigmoid"}}, {{lstm, 0}});
        TrainRequest r = request(kSteps);
        r.model = Model::build(d.graphs, d.root, d.define("m", {in}, {out}));
        r.config.shuffle = false;
        r.config.resetStates = resets;
        r.config.epochs = epochs;
        r.weights.clear();
        initialize(*r.model, 5, r.weights);
        if (before) {
            r.weights = before->weights;
            r.optimizer = before->optimizer;
        }
        return train(r);
    };
    // 24 rows in batches of 7: the last three fill none and are left out.
    const TrainResult one = run(false, 1, nullptr);
    CHECK(one.optimizer.iteration == 3);
    // A run begins at zero, so two runs of one epoch forget in between.
    const TrainResult twoRuns = run(false, 1, &one);
    CHECK(weft::test::same(run(true, 2, nullptr).weights, twoRuns.weights));
    CHECK(!weft::test::same(run(false, 2, nullptr).weights, twoRuns.weights));
}

TEST("a code that the embedding does not know is refused with its row, in training and in prediction") {
    TrainRequest r = request(kUnknown);
    Tensor codes(Shape{kRows, kSteps}, DType::int32);
    std::fill_n(codes.data<std::int32_t>(), codes.size(), 1);
    codes.data<std::int32_t>()[9 * kSteps + 3] = 6;
    auto data = std::make_shared<Dataset>(*r.data);
    data->train["codes"] = weft::test::columnOf(codes);
    r.data = data;
    CHECK_THROWS_WITH("row 10: the code 6 is not known to \"embedding\", which takes 0 to 5", train(r));
    CHECK_THROWS_WITH("row 10: the code 6 is not known", predict(*r.model, r.weights, {{"codes", codes}}));
}
