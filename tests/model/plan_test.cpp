// SPDX-License-Identifier: Apache-2.0
#include "tests/model/graphs.h"
#include "tests/support/check.h"

#include <cmath>

using namespace weft;
using weft::test::Drawing;
using weft::test::Runnable;

namespace {

/// Every weight gradient and input gradient against central differences along a random direction.
void checkGradients(Runnable& r) {
    const std::uint64_t cotangents = 11;
    r.lossAndGradients(cotangents);
    const auto runLoss = [&] {
        // A training plan's own forward, so that dropout draws the same numbers.
        r.plan.step(r.pool, r.pointers().data(), 3, 5, {}, {});
        return r.loss(cotangents);
    };
    std::vector<std::vector<float>> gradients;
    for (std::size_t w = 0; w < r.model->weights().size(); ++w) {
        gradients.push_back(r.plan.weightGradient(w) ? r.weightGradient(w) : std::vector<float>{});
    }
    for (std::size_t w = 0; w < gradients.size(); ++w) {
        if (gradients[w].empty()) {
            continue;
        }
        const Random random(21, w);
        const WeightKey& key = r.model->weights()[w].key;
        const auto original = r.weights.at(key);
        double expected = 0;
        const auto moved = [&](float h) {
            Tensor t = *original;
            for (std::int64_t k = 0; k < t.size(); ++k) {
                t.floats()[static_cast<std::size_t>(k)] += h * random.normal(static_cast<std::uint64_t>(k));
            }
            r.weights[key] = std::make_shared<const Tensor>(std::move(t));
            return runLoss();
        };
        for (std::size_t k = 0; k < gradients[w].size(); ++k) {
            expected += static_cast<double>(gradients[w][k]) * random.normal(k);
        }
        const float h = 1e-2F;
        const double got = (moved(h) - moved(-h)) / (2 * static_cast<double>(h));
        r.weights[key] = original;
        CHECK_NEAR(expected, got, 1e-2 * std::abs(got) + 2e-3);
    }
}

Drawing smooth(CallId& in, CallId& out) {
    Drawing d;
    in = d.input("x", {5});
    const CallId a = d.layer("Dense", "a", {{"units", 7}, {"activation", "tanh"}}, {{in, 0}});
    const CallId b = d.layer("Dense", "b", {{"units", 7}, {"activation", "sigmoid"}}, {{a, 0}});
    const CallId sum = d.layer("Add", "add", {}, {{a, 0}, {b, 0}});
    out = d.layer("Dense", "c", {{"units", 3}}, {{sum, 0}});
    return d;
}

} // namespace

TEST("a step's gradients are those of finite differences, with a value that two boxes read") {
    CallId in, out;
    Drawing d = smooth(in, out);
    Runnable r(d, d.define("m", {in}, {out}), 6, true);
    r.setInput(0, 1);
    checkGradients(r);
}

TEST("gradients of a layer called twice are added, also where it is its own ancestor") {
    Drawing d;
    const CallId in = d.input("x", {4});
    const CallId a = d.layer("Dense", "shared", {{"units", 4}, {"activation", "tanh"}}, {{in, 0}});
    const CallId b = d.again(a, {{a, 0}});
    const CallId sum = d.layer("Add", "add", {}, {{a, 0}, {b, 0}});
    Runnable r(d, d.define("m", {in}, {sum}), 5, true);
    r.setInput(0, 2);
    checkGradients(r);
}

TEST("a value on two ports of one box gets both gradients") {
    Drawing d;
    const CallId in = d.input("x", {4});
    const CallId a = d.layer("Dense", "a", {{"units", 4}}, {{in, 0}});
    const CallId sum = d.layer("Add", "add", {}, {{a, 0}, {a, 0}});
    Runnable r(d, d.define("m", {in}, {sum}), 3, true);
    r.setInput(0, 3);
    checkGradients(r);
}

TEST("an output that another box reads, and one named twice, get all their gradients") {
    Drawing d;
    const CallId in = d.input("x", {4});
    const CallId a = d.layer("Dense", "a", {{"units", 3}, {"activation", "tanh"}}, {{in, 0}});
    const CallId b = d.layer("Dense", "b", {{"units", 3}}, {{a, 0}});
    Runnable r(d, d.define("m", {in}, {a, b, a}), 4, true);
    r.setInput(0, 4);
    checkGradients(r);
}

TEST("views carry gradients through") {
    Drawing d;
    const CallId in = d.input("x", {2, 3});
    const CallId a = d.layer("Dense", "a", {{"units", 4}, {"activation", "tanh"}}, {{in, 0}});
    const CallId flat = d.layer("Flatten", "flat", {}, {{a, 0}});
    const CallId b = d.layer("Dense", "b", {{"units", 2}}, {{flat, 0}});
    Runnable r(d, d.define("m", {in}, {b, flat}), 3, true);
    r.setInput(0, 5);
    checkGradients(r);
}

TEST("input gradients come where they are asked for") {
    CallId in, out;
    Drawing d = smooth(in, out);
    Runnable r(d, d.define("m", {in}, {out}), 4, true);
    r.setInput(0, 6);
    r.lossAndGradients(11);
    REQUIRE(r.plan.inputGradient(0) != nullptr);
    const std::vector<float> gradient(r.plan.inputGradient(0), r.plan.inputGradient(0) + 20);
    auto* x = static_cast<float*>(r.plan.input(0));
    for (const std::size_t k : {0U, 7U, 19U}) {
        const float before = x[k];
        const float h = 1e-2F;
        x[k] = before + h;
        r.plan.step(r.pool, r.pointers().data(), 3, 5, {}, {});
        const double up = r.loss(11);
        x[k] = before - h;
        r.plan.step(r.pool, r.pointers().data(), 3, 5, {}, {});
        const double down = r.loss(11);
        x[k] = before;
        CHECK_NEAR(static_cast<double>(gradient[k]), (up - down) / (2 * static_cast<double>(h)), 5e-3);
    }
}

TEST("frozen layers get no gradient, those before them do") {
    Drawing d;
    const CallId in = d.input("x", {4});
    const CallId a = d.layer("Dense", "a", {{"units", 3}, {"activation", "tanh"}}, {{in, 0}});
    const CallId b = d.layer("Dense", "b", {{"units", 3}}, {{a, 0}});
    d.graph().layerOf(b)->trainable = false;
    Runnable r(d, d.define("m", {in}, {b}), 4, true);
    r.setInput(0, 7);
    CHECK(r.plan.weightGradient(2) == nullptr);
    CHECK(r.plan.weightGradient(0) != nullptr);
    checkGradients(r);
}

TEST("results have the same bits on 1, 2 and 7 threads, dropout included") {
    std::vector<std::vector<float>> outputs, gradients;
    for (const int threads : {1, 2, 7}) {
        Drawing d;
        const CallId in = d.input("x", {64});
        const CallId a = d.layer("Dense", "a", {{"units", 128}, {"activation", "relu"}}, {{in, 0}});
        const CallId drop = d.layer("Dropout", "drop", {{"rate", 0.5}}, {{a, 0}});
        const CallId b = d.layer("Dense", "b", {{"units", 10}, {"activation", "softmax"}}, {{drop, 0}});
        Runnable r(d, d.define("m", {in}, {b}), 200, true, threads);
        r.setInput(0, 8);
        r.lossAndGradients(11);
        outputs.push_back(r.output());
        gradients.push_back(r.weightGradient(0));
    }
    CHECK(outputs[0] == outputs[1]);
    CHECK(outputs[0] == outputs[2]);
    CHECK(gradients[0] == gradients[1]);
    CHECK(gradients[0] == gradients[2]);
}

TEST("inference reuses dead memory and gives what training's forward gives") {
    CallId in, out;
    Drawing d = smooth(in, out);
    const ModelId m = d.define("m", {in}, {out});
    Runnable training(d, m, 70, true);
    Runnable inference(d, m, 70, false, 2);
    training.setInput(0, 9);
    inference.setInput(0, 9);
    training.plan.step(training.pool, training.pointers().data(), 0, 0, {}, {});
    inference.plan.forward(inference.pool, inference.pointers().data(), 0, 0);
    CHECK(training.output() == inference.output());
    CHECK(inference.plan.arenaBytes() < training.plan.arenaBytes());
}

TEST("nested models compute what the same layers drawn flat compute") {
    Drawing d;
    const GraphId outer = d.enterNewGraph();
    const GraphId inner = d.root;
    const CallId innerIn = d.input("features", {4});
    const ModelId block = d.define("block", {innerIn}, {d.layer("Dense", "dense", {{"units", 4}, {"activation", "tanh"}}, {{innerIn, 0}})});
    d.root = outer;
    const CallId in = d.input("x", {4});
    const CallId one = d.model("block", inner, block, {{in, 0}});
    const CallId two = d.again(one, {{one, 0}});
    Runnable nested(d, d.define("m", {in}, {two}), 5, true);

    Drawing flat;
    const CallId flatIn = flat.input("x", {4});
    const CallId a = flat.layer("Dense", "dense", {{"units", 4}, {"activation", "tanh"}}, {{flatIn, 0}});
    Runnable plain(flat, flat.define("m", {flatIn}, {flat.again(a, {{a, 0}})}), 5, true);
    for (std::size_t w = 0; w < 2; ++w) {
        plain.weights[plain.model->weights()[w].key] = nested.weights.at(nested.model->weights()[w].key);
    }
    nested.setInput(0, 10);
    plain.setInput(0, 10);
    nested.lossAndGradients(11);
    plain.lossAndGradients(11);
    CHECK(nested.output() == plain.output());
    CHECK(nested.weightGradient(0) == plain.weightGradient(0));
}

TEST("the weight hook comes once for every element of every trainable weight") {
    CallId in, out;
    Drawing d = smooth(in, out);
    Runnable r(d, d.define("m", {in}, {out}), 64, true, 2);
    r.setInput(0, 12);
    std::vector<std::vector<int>> seen;
    for (const Model::Weight& w : r.model->weights()) {
        seen.emplace_back(w.spec.shape.count(), 0);
    }
    r.plan.step(r.pool, r.pointers().data(), 0, 0, {}, [&](std::size_t weight, Rows elements, int) {
        for (std::int64_t k = elements.begin; k < elements.end; ++k) {
            ++seen[weight][static_cast<std::size_t>(k)];
        }
    });
    for (const auto& counts : seen) {
        CHECK(counts == std::vector<int>(counts.size(), 1));
    }
}
