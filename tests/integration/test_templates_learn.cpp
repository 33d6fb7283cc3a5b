// SPDX-License-Identifier: Apache-2.0
#include "engine/data/dataset.h"
#include "engine/project/templates.h"
#include "tests/integration/cli_support.h"

#include <chrono>
#include <cmath>

using namespace weft;
using namespace weft::test;

namespace {

Dataset dataOf(const std::string& name) {
    return loadDataset(openTemplate(name).data, {{}, std::filesystem::path(WEFT_TESTS_DIR) / "../resources/data", {}});
}

/// What a guess that never looks at the inputs gets right at best: the share of the commonest answer among the test rows.
double chance(const Dataset& data, const std::string& column) {
    const Tensor answers = data.test.at(column).tensor();
    const std::int64_t width = answers.shape().count(1);
    std::map<std::vector<double>, int> counts;
    for (std::int64_t row = 0; row < answers.shape()[0]; ++row) {
        std::vector<double> answer;
        for (std::int64_t i = 0; i < width; ++i) {
            answer.push_back(answers.at(row * width + i));
        }
        ++counts[answer];
    }
    int most = 0;
    for (const auto& [answer, count] : counts) {
        most = std::max(most, count);
    }
    return static_cast<double>(most) / static_cast<double>(answers.shape()[0]);
}

/// The mean squared error of the best that can be drawn without looking: the mean of the training pictures.
double errorOfMean(const Dataset& data, const std::string& column) {
    const Tensor train = data.train.at(column).tensor();
    const Tensor test = data.test.at(column).tensor();
    const std::int64_t width = train.shape().count(1);
    std::vector<double> mean(static_cast<std::size_t>(width));
    for (std::int64_t i = 0; i < train.size(); ++i) {
        mean[static_cast<std::size_t>(i % width)] += train.at(i) / static_cast<double>(train.shape()[0]);
    }
    double sum = 0;
    for (std::int64_t i = 0; i < test.size(); ++i) {
        sum += std::pow(test.at(i) - mean[static_cast<std::size_t>(i % width)], 2);
    }
    return sum / static_cast<double>(test.size());
}

/// Makes, checks and trains a template as it stands, within a minute, and returns its scores on the test rows.
nlohmann::json trained(const Workplace& at, const std::string& name) {
    at.done("new " + name + " -o t.weft");
    CHECK(at.done("check t.weft").out.empty());
    const auto start = std::chrono::steady_clock::now();
    at.done("fit t.weft --threads 2");
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::cerr << "     " << name << ": " << seconds << " s\n";
    CHECK(seconds < 60);
    const nlohmann::json scores = at.json("evaluate t.weft").at("metrics");
    std::cerr << "     " << scores.dump() << "\n";
    return scores;
}

struct Answer {
    std::string metric, column;
    double share = 0.5; ///< of what chance leaves open
};

/// Every metric must be reported under its name of Keras' and close at least `share` of the gap between chance and certainty.
void learns(const std::string& name, const std::vector<Answer>& answers, const std::vector<std::string>& losses) {
    const Workplace at("template_" + name);
    const nlohmann::json scores = trained(at, name);
    const Dataset data = dataOf(name);
    for (const Answer& answer : answers) {
        REQUIRE(scores.contains(answer.metric));
        const double guess = chance(data, answer.column);
        CHECK(guess < 0.75); // else there is little to learn
        const double got = scores.at(answer.metric).get<double>();
        const bool passed = CHECK(got > guess + answer.share * (1 - guess));
        if (!passed) {
            std::cerr << "     " << name << ": " << answer.metric << " " << got << ", chance " << guess << "\n";
        }
    }
    for (const std::string& loss : losses) {
        CHECK(scores.contains(loss));
    }
    CHECK_EQUAL(scores.size(), answers.size() + losses.size());
}

/// The pictures that come back must be nearer by half to those that went in than the mean picture is.
void draws(const std::string& name) {
    const Workplace at("template_" + name);
    const nlohmann::json scores = trained(at, name);
    CHECK(scores.at("loss").get<double>() < 0.5 * errorOfMean(dataOf(name), "images"));
    CHECK(scores.contains("mean_absolute_error"));
}

} // namespace

TEST("autoencoder draws again what went through its narrow middle, and training it trains its encoder") {
    draws("autoencoder");
    const Workplace at("template_encoder");
    at.done("new autoencoder -o t.weft");
    at.refused("summary t.weft --model nothing", 1, {"encoder", "autoencoder"});
    const auto weights = [&](const std::string& file) { return at.json("summary " + file + " --model encoder").at("total_parameters").get<int>(); };
    CHECK_EQUAL(weights("t.weft"), 784 * 128 + 128 + 128 * 32 + 32);
}
TEST("nested_autoencoder draws again what went through its narrow middle") { draws("nested_autoencoder"); }
TEST("ensemble learns") { learns("ensemble", {{"accuracy", "labels"}}, {"loss"}); }
TEST("wide_and_deep learns") { learns("wide_and_deep", {{"accuracy", "high_income"}}, {"loss"}); }
TEST("shared_conv_two_sizes learns") { learns("shared_conv_two_sizes", {{"accuracy", "direction"}}, {"loss"}); }
TEST("siamese learns") { learns("siamese", {{"accuracy", "same"}}, {"loss"}); }
TEST("stacked_lstm learns") { learns("stacked_lstm", {{"accuracy", "pitch"}}, {"loss"}); }
TEST("shared_lstm learns") { learns("shared_lstm", {{"accuracy", "same_author"}}, {"loss"}); }
TEST("ticket_router learns priority and department") {
    learns("ticket_router", {{"priority_binary_accuracy", "priority"}, {"department_accuracy", "department"}},
           {"loss", "priority_loss", "department_loss"});
}
// The auxiliary output sees the words alone, and they decide only in part.
TEST("headline_aux learns, the auxiliary output too") {
    learns("headline_aux", {{"main_output_accuracy", "shared"}, {"aux_output_accuracy", "shared", 0.25}},
           {"loss", "main_output_loss", "aux_output_loss"});
}
// A piece shows a signal in one case of four; whoever forgets between batches knows no more than that, and one of four of the rest.
TEST("stateful_lstm learns more than its batches alone can tell") { learns("stateful_lstm", {{"accuracy", "signal", 0.6}}, {"loss"}); }
TEST("time_distributed learns") { learns("time_distributed", {{"accuracy", "direction"}}, {"loss"}); }
TEST("visual_qa learns") { learns("visual_qa", {{"accuracy", "answer"}}, {"loss"}); }
TEST("resnet20 learns") { learns("resnet20", {{"accuracy", "figure"}}, {"loss"}); }
