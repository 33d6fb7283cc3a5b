// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/model/analysis.h"
#include "engine/runtime/batch_runner.h"
#include "tests/model/graphs.h"
#include "tests/support/check.h"

#include <array>

using namespace weft;
using weft::test::Drawing;
using weft::test::Runnable;

namespace {

/// A small encoder in a graph of its own, and a drawing whose root is to be filled.
struct Nested {
    Drawing d;
    GraphId inner;
    ModelId encoder;

    explicit Nested(std::vector<std::int64_t> shape) {
        const GraphId outer = d.enterNewGraph();
        inner = d.root;
        const CallId in = d.input("features", std::move(shape));
        const CallId flat = d.layer("Flatten", "flat", {}, {{in, 0}});
        const CallId a = d.layer("Dense", "a", {{"units", 4}, {"activation", "tanh"}}, {{flat, 0}});
        const CallId b = d.layer("Dense", "b", {{"units", 3}}, {{a, 0}});
        encoder = d.define("encoder", {in}, {b});
        d.root = outer;
    }

    CallId stepwise(const std::string& name, Source from) {
        const CallId call = d.layer("TimeDistributed", name, {}, {from});
        Layer& layer = *d.graph().layerOf(call);
        layer.graph = inner;
        layer.model = encoder;
        return call;
    }
};

Tensor noise(const Shape& shape, std::uint64_t seed) {
    Tensor out(shape);
    const Random random(seed, 0);
    for (std::int64_t i = 0; i < out.size(); ++i) {
        out.data<float>()[i] = 2 * random.uniform(static_cast<std::uint64_t>(i)) - 1;
    }
    return out;
}

std::vector<std::shared_ptr<const Tensor>> inOrder(const Model& model, const Weights& weights) {
    std::vector<std::shared_ptr<const Tensor>> out;
    for (const Model::Weight& weight : model.weights()) {
        out.push_back(weights.at(weight.key));
    }
    return out;
}

Tensor run(const std::shared_ptr<const Model>& model, const std::vector<std::shared_ptr<const Tensor>>& weights, const Tensor& input) {
    const std::array<const Tensor*, 1> inputs = {&input};
    return std::move(BatchRunner(model, weights, 2).run(inputs)[0]);
}

} // namespace

TEST("a model applied step by step gives for every step what it gives alone") {
    Nested n({2, 3});
    const CallId in = n.d.input("x", {5, 2, 3});
    const CallId td = n.stepwise("steps", {in, 0});
    const auto model = Model::build(n.d.graphs, n.d.root, n.d.define("m", {in}, {td}));
    CHECK(model->outputs()[0].spec.shape == (Shape{kUnknown, 5, 3}));
    const auto alone = Model::build(n.d.graphs, n.inner, n.encoder);
    Weights weights;
    initialize(*alone, 3, weights);
    const auto ordered = inOrder(*alone, weights);
    const Tensor x = noise({4, 5, 2, 3}, 1);
    const Tensor steps = run(model, ordered, x);
    const Tensor each = run(alone, ordered, Tensor(Shape{20, 2, 3}, std::span(x.data<float>(), 120)));
    REQUIRE(steps.size() == each.size());
    for (std::int64_t i = 0; i < steps.size(); ++i) {
        CHECK(steps.data<float>()[i] == each.data<float>()[i]);
    }
}

TEST("a model applied step by step within a model applied step by step") {
    Nested n({2, 3});
    const GraphId outer = n.d.root;
    n.d.enterNewGraph();
    const GraphId middle = n.d.root;
    const CallId middleIn = n.d.input("page", {4, 2, 3});
    const CallId inside = n.stepwise("lines", {middleIn, 0});
    const ModelId page = n.d.define("page", {middleIn}, {inside});
    n.d.root = outer;
    const CallId in = n.d.input("x", {5, 4, 2, 3});
    n.inner = middle;
    n.encoder = page;
    const CallId td = n.stepwise("pages", {in, 0});
    Runnable r(n.d, n.d.define("m", {in}, {td}), 3, false);
    CHECK(r.model->outputs()[0].spec.shape == (Shape{kUnknown, 5, 4, 3}));
    const auto alone = Model::build(n.d.graphs, middle, page);
    const auto ordered = inOrder(*r.model, r.weights);
    const Tensor x = noise({3, 5, 4, 2, 3}, 1);
    const Tensor all = run(r.model, ordered, x);
    const Tensor each = run(alone, ordered, Tensor(Shape{15, 4, 2, 3}, std::span(x.data<float>(), 360)));
    for (std::int64_t i = 0; i < all.size(); ++i) {
        CHECK(all.data<float>()[i] == each.data<float>()[i]);
    }
}

TEST("what works step by step says so where there are no steps") {
    Nested n({3});
    const CallId in = n.d.input("x", {3});
    n.stepwise("steps", {in, 0});
    const Analysis analysis = analyze(n.d.graphs, n.d.root);
    REQUIRE(analysis.diagnostics.size() == 1);
    CHECK(analysis.diagnostics[0].code == "rank");
}

TEST("an open size takes what comes: the same numbers as a model made for it") {
    Drawing d;
    const auto draw = [&](std::int64_t steps) {
        Drawing drawing;
        const CallId in = drawing.input("x", {steps, 3});
        const CallId a = drawing.layer("Dense", "a", {{"units", 4}, {"activation", "tanh"}}, {{in, 0}});
        const CallId b = drawing.layer("Dense", "b", {{"units", 2}}, {{a, 0}});
        return Model::build(drawing.graphs, drawing.root, drawing.define("m", {in}, {b}));
    };
    const auto open = draw(kUnknown);
    CHECK(open->isOpen());
    CHECK(open->outputs()[0].spec.shape == (Shape{kUnknown, kUnknown, 2}));
    Weights weights;
    initialize(*open, 5, weights);
    for (const std::int64_t steps : {1, 6, 2}) {
        const auto closed = draw(steps);
        CHECK(!closed->isOpen());
        const Tensor x = noise({3, steps, 3}, 2);
        const Tensor got = run(open, inOrder(*open, weights), x);
        const Tensor expected = run(closed, inOrder(*closed, weights), x);
        REQUIRE(got.shape() == (Shape{3, steps, 2}));
        CHECK(std::equal(got.data<float>(), got.data<float>() + got.size(), expected.data<float>()));
    }
    const std::array<Shape, 1> wrong = {Shape{3, 6, 4}};
    CHECK_THROWS_WITH("expects (None, None, 3)", open->at(wrong));
}

TEST("a fixed batch size is kept: missing rows are made up and do not come out") {
    Drawing d;
    const CallId in = d.input("x", {3});
    d.graph().layerOf(in)->params["batch_size"] = 4;
    const CallId a = d.layer("Dense", "a", {{"units", 2}}, {{in, 0}});
    const auto model = Model::build(d.graphs, d.root, d.define("m", {in}, {a}));
    CHECK(model->fixedBatch() == 4);
    Weights weights;
    initialize(*model, 5, weights);
    const auto ordered = inOrder(*model, weights);
    const Tensor x = noise({6, 3}, 2);
    const Tensor got = run(model, ordered, x);
    REQUIRE(got.shape() == (Shape{6, 2}));
    for (int row = 0; row < 6; ++row) {
        for (int unit = 0; unit < 2; ++unit) {
            double expected = 0;
            for (int i = 0; i < 3; ++i) {
                expected += static_cast<double>(x.data<float>()[3 * row + i]) * static_cast<double>(ordered[0]->data<float>()[2 * i + unit]);
            }
            CHECK_NEAR(static_cast<double>(got.data<float>()[2 * row + unit]), expected, 1e-6);
        }
    }
}
