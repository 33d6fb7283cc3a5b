// SPDX-License-Identifier: Apache-2.0
#include "engine/project/insert.h"
#include "engine/base/error.h"
#include "tests/project/sketch.h"
#include "tests/support/check.h"

using namespace weft;
using namespace weft::test;

namespace {

/// x -> a -> (b -> c, grouped) -> code -> out, with the models `encoder` and `whole`, and weights.
struct Trunk : Sketch {
    CallId x = input("x", {5});
    CallId a = dense("a", 5, {x}), b = dense("b", 5, {a}), c = dense("c", 4, {b});
    CallId code = dense("code", 3, {c}), out = dense("out", 5, {code});
    CallId block = group({b, c});
    ModelId whole = define("whole", {x}, {{out, 0}});
    ModelId encoder = define("encoder", {x}, {{code, 0}});
    Trunk() { initialize(whole); }
};

/// The box called on a new Input named as the model's own, so that it gets the same numbers.
std::vector<Tensor> asked(Sketch& s, CallId box) {
    const CallId x = s.input("x", {5});
    connect(s.graph(), {x, 0}, box, 0);
    const ModelId model = s.define("asked", {x}, {{box, 0}});
    const auto out = s.predictions(model);
    s.graph().models.erase(model);
    removeCall(s.graph(), x);
    s.project.layout.erase(x);
    return out;
}

} // namespace

TEST("a copy of a model from another project predicts as the original, with only the layers that it needs") {
    Trunk from;
    Sketch into;
    const CallId own = into.input("own", {5});
    (void)own;
    WeightChanges changes;
    const CallId box = insertCopy(into.project, into.project.root, from.project, from.project.root, from.encoder, {40, 80},
                                  weightsBehind(from.trained.weights, {}), changes);
    carry(changes, into.trained);
    CHECK_EQUAL(inconsistency(into.project), "");
    const Layer& layer = *into.graph().layerOf(box);
    CHECK_EQUAL(layer.name, "encoder");
    const Graph& inner = into.project.graphs.at(layer.graph);
    CHECK_EQUAL(inner.calls.size(), 4u); // x, a, the block, code
    CHECK_EQUAL(inner.models.size(), 1u);
    CHECK_EQUAL(into.project.graphs.size(), 3u);
    CHECK_EQUAL(into.trained.weights.size(), 8u);
    CHECK(into.project.layout.at(box) == (Point{40, 80}));
    CHECK_EQUAL(difference(from.predictions(from.encoder), asked(into, box)), 0.0);
}

TEST("a copy within the project has ids of its own, and training it leaves the original alone") {
    Trunk s;
    const auto before = s.predictions(s.whole);
    WeightChanges changes;
    const CallId box = insertCopy(s.project, s.project.root, s.project, s.project.root, s.encoder, {}, weightsBehind(s.trained.weights, {}), changes);
    carry(changes, s.trained);
    CHECK_EQUAL(inconsistency(s.project), "");
    CHECK_EQUAL(difference(before, s.predictions(s.whole)), 0.0);
    for (auto& [key, tensor] : s.trained.weights) {
        if (key.path.front() == s.graph().call(box)->layer) {
            tensor = std::make_shared<const Tensor>(tensor->shape());
        }
    }
    CHECK_EQUAL(difference(before, s.predictions(s.whole)), 0.0);
}

TEST("a second instance of a sub-model shows the same drawing with weights of its own, and begins with those it is given") {
    Trunk s;
    const Layer first = *s.graph().layerOf(s.block);
    const LayerId firstId = s.graph().call(s.block)->layer;
    WeightChanges changes;
    const CallId box =
        insertInstance(s.project, s.project.root, first.graph, first.model, {}, weightsBehind(s.trained.weights, {firstId}), changes);
    carry(changes, s.trained);
    CHECK(s.graph().layerOf(box)->graph == first.graph);
    CHECK_EQUAL(s.graph().layerOf(box)->name, "sub_model_1");
    const auto both = waysTo(s.project, first.graph);
    CHECK_EQUAL(both.size(), 2u);
    CHECK_EQUAL(s.trained.weights.size(), 14u);
    CHECK(weightsBehind(s.trained.weights, both[0]) == weightsBehind(s.trained.weights, both[1]));
}

TEST("a model inserted into a sub-model that is used twice brings its weights to both") {
    Trunk from;
    Trunk s;
    const LayerId firstId = s.graph().call(s.block)->layer;
    const Layer first = *s.graph().layer(firstId);
    WeightChanges changes;
    insertInstance(s.project, s.project.root, first.graph, first.model, {}, {}, changes);
    const CallId box = insertCopy(s.project, first.graph, from.project, from.project.root, from.encoder, {}, weightsBehind(from.trained.weights, {}), changes);
    CHECK_EQUAL(changes.added.size(), 16u);
    CHECK(s.project.graphs.at(first.graph).call(box));
    CHECK_EQUAL(inconsistency(s.project), "");
}

TEST("no model comes to contain itself") {
    Trunk s;
    const Project before = s.project;
    WeightChanges changes;
    const GraphId inner = s.graph().layerOf(s.block)->graph;
    CHECK_THROWS_WITH("cannot contain itself", insertInstance(s.project, s.project.root, s.project.root, s.whole, {}, {}, changes));
    CHECK_THROWS_WITH("cannot contain itself", insertInstance(s.project, inner, s.project.root, s.whole, {}, {}, changes));
    CHECK_THROWS_WITH("does not exist", insertInstance(s.project, s.project.root, inner, s.whole, {}, {}, changes));
    CHECK(s.project == before);
    // A copy may: it has layers of its own.
    const CallId box = insertCopy(s.project, inner, s.project, s.project.root, s.whole, {}, weightsBehind(s.trained.weights, {}), changes);
    CHECK(box);
    CHECK(!analyze(s.project.graphs, s.project.graphs.at(inner).layerOf(box)->graph).hasErrors());
    // A file may hold a drawing that contains itself; it is refused, not followed for ever.
    Trunk circle;
    circle.project.graphs.at(circle.graph().layerOf(circle.block)->graph).layers.begin()->second.graph = circle.project.root;
    CHECK_THROWS_WITH("contains itself", insertCopy(s.project, s.project.root, circle.project, circle.project.root, circle.whole, {}, {}, changes));
}
