// SPDX-License-Identifier: Apache-2.0
#include "tests/training/fixtures.h"

#include <cmath>
#include <numeric>

namespace weft::test {

Column columnOf(Tensor numbers) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>(numbers.shape()[0]));
    std::iota(rows.begin(), rows.end(), std::int64_t{0});
    return Column(std::make_shared<const Tensor>(std::move(numbers)), std::move(rows), {});
}

std::shared_ptr<const Dataset> spirals(std::int64_t rows, std::uint64_t seed) {
    Tensor x({rows, 2}), y({rows}, DType::int32), ones({rows}), zeros({rows});
    const Random random(seed, 77);
    for (std::int64_t i = 0; i < rows; ++i) {
        const auto at = static_cast<std::uint64_t>(i) * 4;
        const auto arm = static_cast<std::int32_t>(random.below(at, 2));
        const double turn = 0.5 + 1.5 * std::sqrt(static_cast<double>(random.uniform(at + 1)));
        const double angle = turn * 3.14159265 + arm * 3.14159265;
        x.data<float>()[2 * i] = static_cast<float>(turn * std::cos(angle)) + 0.05f * random.normal(at + 2);
        x.data<float>()[2 * i + 1] = static_cast<float>(turn * std::sin(angle)) + 0.05f * random.normal(at + 3);
        y.data<std::int32_t>()[i] = arm;
        ones.data<float>()[i] = 1;
        zeros.data<float>()[i] = arm == 0 ? 1.0f : 0.0f;
    }
    auto data = std::make_shared<Dataset>();
    data->train = {{"points", columnOf(std::move(x))}, {"arms", columnOf(std::move(y))}, {"ones", columnOf(std::move(ones))}, {"zeros", columnOf(std::move(zeros))}};
    data->trainRows = rows;
    return data;
}

TrainRequest spiralRequest(std::vector<std::int64_t> hidden, double dropout, std::int64_t rows) {
    Drawing drawing;
    const CallId input = drawing.input("x", {2});
    CallId last = input;
    for (std::size_t i = 0; i < hidden.size(); ++i) {
        last = drawing.layer("Dense", "hidden_" + std::to_string(i), {{"units", hidden[i]}, {"activation", "relu"}}, {{last, 0}});
        if (dropout > 0) {
            last = drawing.layer("Dropout", "dropout_" + std::to_string(i), {{"rate", dropout}}, {{last, 0}});
        }
    }
    last = drawing.layer("Dense", "scores", {{"units", 2}}, {{last, 0}});
    const ModelId model = drawing.define("spiral", {input}, {last});

    TrainRequest request;
    request.model = Model::build(drawing.graphs, drawing.root, model);
    initialize(*request.model, 5, request.weights);
    request.data = spirals(rows);
    request.config.inputs["x"] = "points";
    OutputTraining& output = request.config.outputs["scores"];
    output.target = "arms";
    output.loss = Object{"SparseCategoricalCrossentropy", {{"from_logits", true}}};
    output.metrics = {Object{"accuracy", {}}};
    request.config.optimizer = {"Adam", {{"learning_rate", 0.01}}};
    request.config.epochs = 3;
    request.config.seed = 9;
    return request;
}

bool same(const Weights& a, const Weights& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const auto& x, const auto& y) { return x.first == y.first && *x.second == *y.second; });
}

} // namespace weft::test
