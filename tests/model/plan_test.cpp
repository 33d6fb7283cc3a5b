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

TEST("layers that see the whole batch: gradients through two of them, the first reached on two ways") {
    Drawing d;
    const CallId in = d.input("x", {5});
    const CallId a = d.layer("Dense", "a", {{"units", 4}, {"activation", "tanh"}}, {{in, 0}});
    const CallId first = d.layer("BatchNormalization", "first", {}, {{a, 0}});
    const CallId b = d.layer("Dense", "b", {{"units", 4}, {"activation", "sigmoid"}}, {{first, 0}});
    const CallId second = d.layer("BatchNormalization", "second", {}, {{b, 0}});
    const CallId sum = d.layer("Add", "add", {}, {{first, 0}, {second, 0}});
    const ModelId id = d.define("m", {in}, {sum, b});
    const auto model = Model::build(d.graphs, d.root, id);
    Weights weights;
    initialize(*model, 7, weights);
    std::vector<const float*> pointers;
    for (const Model::Weight& weight : model->weights()) {
        pointers.push_back(weights.at(weight.key)->data<float>());
    }
    // On one thread and on three the same bits, and gradients that finite differences confirm.
    std::vector<std::vector<float>> results;
    for (const int threads : {1, 3}) {
        ThreadPool pool(threads);
        Plan plan(model, {.batch = 40, .training = true}, threads);
        const Random random(9, 0);
        for (std::size_t i = 0; i < 200; ++i) {
            static_cast<float*>(plan.input(0))[i] = 2 * random.uniform(i) - 1;
        }
        const auto lossOf = [&] {
            double sum = 0;
            for (std::size_t o = 0; o < 2; ++o) {
                for (std::size_t k = 0; k < 160; ++k) {
                    sum += static_cast<double>(static_cast<const float*>(plan.output(o))[k]) * static_cast<double>(Random(4, o).normal(k));
                }
            }
            return sum;
        };
        plan.step(pool, pointers.data(), 3, 5, [&](Rows rows, int) {
            for (std::size_t o = 0; o < 2; ++o) {
                for (std::int64_t k = rows.begin * 4; k < rows.end * 4; ++k) {
                    plan.outputGradient(o)[k] = Random(4, o).normal(static_cast<std::uint64_t>(k));
                }
            }
        }, {});
        std::vector<float> kept;
        for (std::size_t w = 0; w < model->weights().size(); ++w) {
            const auto size = static_cast<std::size_t>(model->weights()[w].spec.shape.count());
            if (const float* gradient = plan.weightGradient(w)) {
                kept.insert(kept.end(), gradient, gradient + size);
            } else {
                REQUIRE(plan.newWeight(w) != nullptr);
                kept.insert(kept.end(), plan.newWeight(w), plan.newWeight(w) + size);
            }
        }
        const std::vector<float> gradient(plan.weightGradient(0), plan.weightGradient(0) + 20);
        Tensor kernel = *weights.at(model->weights()[0].key);
        for (const std::size_t element : {std::size_t{0}, std::size_t{7}, std::size_t{19}}) {
            const float h = 5e-3F, before = kernel.data<float>()[element];
            double loss[2];
            for (const int side : {0, 1}) {
                kernel.data<float>()[element] = before + (side ? -h : h);
                const float* original = pointers[0];
                pointers[0] = kernel.data<float>();
                plan.step(pool, pointers.data(), 3, 5, {}, {});
                pointers[0] = original;
                loss[side] = lossOf();
            }
            kernel.data<float>()[element] = before;
            CHECK_NEAR(static_cast<double>(gradient[element]), (loss[0] - loss[1]) / (2 * static_cast<double>(h)), 2e-2 * std::abs(static_cast<double>(gradient[element])) + 2e-2);
        }
        results.push_back(std::move(kept));
    }
    CHECK(results[0] == results[1]);
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
