// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/project/nesting.h"
#include "tests/project/sketch.h"
#include "tests/support/check.h"

using namespace weft;
using namespace weft::test;

namespace {

std::string nameOf(const Graph& graph, CallId call) { return graph.layerOf(call) ? graph.layerOf(call)->name : "?"; }

/// x, y -> a, b -> sum -> out, with a model over them that is trained on `out`.
struct Fork : Sketch {
    CallId x = input("x", {4}), y = input("y", {3});
    CallId a = dense("a", 5, {x}), b = dense("b", 5, {y});
    CallId sum = layer("Add", "sum", {}, {{a}, {b}});
    CallId out = dense("out", 2, {sum});
    ModelId model = define("model", {x, y}, {{out, 0}});
    Fork() { initialize(model); }
};

} // namespace

TEST("grouped boxes become a layer with an input for each tensor that enters and an output for each that leaves") {
    Fork s;
    const auto before = s.predictions(s.model);
    const CallId box = s.group({s.a, s.b, s.sum});
    CHECK_EQUAL(inconsistency(s.project), "");
    CHECK_EQUAL(s.graph().calls.size(), 4u);
    const Layer& layer = *s.graph().layerOf(box);
    const Graph& inner = s.project.graphs.at(layer.graph);
    const ModelDef& def = *inner.model(layer.model);
    REQUIRE(def.inputs.size() == 2);
    CHECK_EQUAL(nameOf(inner, def.inputs[0]), "x");
    CHECK_EQUAL(nameOf(inner, def.inputs[1]), "y");
    CHECK(def.outputs == std::vector<Source>{{s.sum, 0}});
    CHECK((s.graph().call(box)->inputs == std::vector<std::optional<Source>>{Source{s.x}, Source{s.y}}));
    CHECK(s.graph().call(s.out)->inputs.front() == Source{box});
    CHECK(inner.call(s.sum) && inner.call(s.a)->inputs.front() == (Source{def.inputs[0], 0}));
    CHECK(!analyze(s.project.graphs, s.project.root).hasErrors());
    CHECK(!analyze(s.project.graphs, layer.graph).hasErrors());
    CHECK_EQUAL(difference(before, s.predictions(s.model)), 0.0);
}

TEST("ungrouping gives the very same project and weights") {
    Fork s;
    const Project project = s.project;
    const Trained trained = s.trained;
    for (const std::set<CallId>& calls : {std::set{s.a, s.b, s.sum}, std::set{s.sum, s.out}, std::set{s.b}, std::set{s.a, s.b, s.sum, s.out}}) {
        const CallId box = s.group(calls);
        CHECK(s.trained.weights != trained.weights || calls == std::set{s.sum});
        CHECK(s.ungroup(box) == calls);
        CHECK(sameWork(project, s.project));
        CHECK(s.trained.weights == trained.weights);
    }
}

TEST("weights and optimizer slots are keyed by the sub-model once they are in it") {
    Fork s;
    const LayerId a = s.graph().call(s.a)->layer;
    const auto kernel = s.trained.weights.at({{a}, "kernel"});
    s.trained.optimizers[s.model].slots[{{a}, "kernel"}]["velocity"] = kernel;
    const CallId box = s.group({s.a});
    const WeightKey inside{{s.graph().call(box)->layer, a}, "kernel"};
    CHECK(!s.trained.weights.contains({{a}, "kernel"}));
    CHECK(s.trained.weights.contains(inside) && s.trained.weights.at(inside) == kernel);
    CHECK(s.trained.optimizers.at(s.model).slots.contains(inside));
    s.ungroup(box);
    CHECK(s.trained.optimizers.at(s.model).slots.contains({{a}, "kernel"}));
}

TEST("the training of an output goes with it into a sub-model and out again") {
    Fork s;
    s.project.training[s.model].outputs["out"].target = "labels";
    s.project.training[s.model].inputs["x"] = "rows";
    const CallId box = s.group({s.sum, s.out});
    const TrainingConfig& config = s.project.training.at(s.model);
    CHECK_EQUAL(config.outputs.size(), 1u);
    CHECK(config.outputs.contains("sub_model") && config.outputs.at("sub_model").target == "labels");
    CHECK_EQUAL(config.inputs.at("x"), "rows");
    s.ungroup(box);
    CHECK_EQUAL(s.project.training.at(s.model).outputs.at("out").target, "labels");
}

TEST("what stands between the boxes, an Input, and a layer shared with the outside keep boxes from being grouped") {
    Fork s;
    const CallId again = s.again(s.out, {{s.sum}});
    const Project before = s.project;
    CHECK_THROWS_WITH("sum stands between them", s.group({s.a, s.out, again}));
    CHECK_THROWS_WITH("x is an Input", s.group({s.x, s.a}));
    CHECK_THROWS_WITH("out is a shared layer", s.group({s.out}));
    CHECK_THROWS_WITH("Select the boxes", s.group({}));
    CHECK(s.project == before);
    const CallId loose = s.layer("Dense", "loose", {{"units", 3}}, {});
    const CallId after = s.dense("after", 3, {loose});
    CHECK_THROWS_WITH("the shape of what loose gives is not known", s.group({after}));
    CHECK_THROWS_WITH("out is no sub-model", s.ungroup(s.out));
    CHECK_THROWS_WITH("called only once", s.makeUnique(s.a));
}

TEST("an output that a model inside the drawing ends at leaves the sub-model too") {
    Fork s;
    const ModelId encoder = s.define("encoder", {s.x, s.y}, {{s.sum, 0}});
    const auto whole = s.predictions(s.model);
    const auto part = s.predictions(encoder);
    const CallId box = s.group({s.a, s.b, s.sum, s.out});
    CHECK_EQUAL(s.graph().model(encoder)->outputs.size(), 1u);
    CHECK(s.graph().model(encoder)->outputs[0].call == box && s.graph().model(s.model)->outputs[0].call == box);
    CHECK(s.graph().model(encoder)->outputs[0].output != s.graph().model(s.model)->outputs[0].output);
    CHECK_EQUAL(difference(whole, s.predictions(s.model)), 0.0);
    CHECK_EQUAL(difference(part, s.predictions(encoder)), 0.0);
}

TEST("a sub-model called twice comes out twice, its layers shared") {
    Sketch s;
    const CallId x = s.input("x", {4}), y = s.input("y", {4});
    const CallId a = s.dense("a", 5, {x});
    const CallId b = s.dense("b", 4, {a});
    const CallId box = s.group({a, b});
    const CallId second = s.again(box, {{y}});
    const CallId third = s.again(box, {{second}}); // one call on the other's output
    const CallId sum = s.layer("Add", "sum", {}, {{box}, {third}});
    const ModelId model = s.define("model", {x, y}, {{sum, 0}});
    s.initialize(model);
    const auto before = s.predictions(model);
    const std::size_t weights = s.trained.weights.size();
    CHECK_EQUAL(weights, 4u);
    const auto out = s.ungroup(second);
    CHECK_EQUAL(out.size(), 6u);
    CHECK_EQUAL(inconsistency(s.project), "");
    CHECK_EQUAL(s.graph().callsOf(s.graph().call(a)->layer).size(), 3u);
    CHECK_EQUAL(s.project.graphs.size(), 1u);
    CHECK_EQUAL(s.trained.weights.size(), weights);
    CHECK_EQUAL(difference(before, s.predictions(model)), 0.0);
}

TEST("where another box runs the same graph, copies come out with this box's own weights") {
    Sketch s;
    const CallId x = s.input("x", {4});
    const CallId a = s.dense("a", 4, {x});
    const CallId first = s.group({a});
    const CallId second = s.again(first, {{first}});
    const LayerId own = s.makeUnique(second);
    const CallId out = s.dense("out", 2, {second});
    const ModelId model = s.define("model", {x}, {{out, 0}});
    s.initialize(model); // the two instances have weights of their own
    CHECK_EQUAL(s.trained.weights.size(), 6u);
    const GraphId inner = s.graph().layerOf(first)->graph;
    CHECK(s.graph().layer(own)->graph == inner);
    const auto before = s.predictions(model);
    s.ungroup(second);
    CHECK(s.project.graphs.contains(inner));
    CHECK_EQUAL(inconsistency(s.project), "");
    CHECK_EQUAL(difference(before, s.predictions(model)), 0.0);
    s.ungroup(first);
    CHECK(!s.project.graphs.contains(inner));
    CHECK_EQUAL(difference(before, s.predictions(model)), 0.0);
}

TEST("a frozen sub-model leaves frozen layers behind") {
    Fork s;
    const CallId box = s.group({s.a, s.b});
    s.graph().layerOf(box)->trainable = false;
    s.ungroup(box);
    CHECK(!s.graph().layerOf(s.a)->trainable && !s.graph().layerOf(s.b)->trainable);
    CHECK(s.graph().layerOf(s.out)->trainable);
}

TEST("names that are taken outside get a number when boxes come out") {
    Fork s;
    const CallId box = s.group({s.a});
    s.dense("a", 5, {s.x});
    s.ungroup(box);
    CHECK_EQUAL(nameOf(s.graph(), s.a), "a_1");
    CHECK(!analyze(s.project.graphs, s.project.root).hasErrors());
}

TEST("boxes come out where the sub-model stands") {
    Fork s;
    const Layout before = s.project.layout;
    const CallId box = s.group({s.a, s.b, s.sum});
    s.project.layout[box].x += 400;
    s.project.layout[box].y += 80;
    s.ungroup(box);
    for (const CallId call : {s.a, s.b, s.sum}) {
        CHECK_EQUAL(s.project.layout.at(call).x, before.at(call).x + 400);
        CHECK_EQUAL(s.project.layout.at(call).y, before.at(call).y + 80);
    }
    CHECK(s.project.layout.at(s.out) == before.at(s.out));
}

TEST("one call of a shared layer made unique starts with the shared weights, and undo and redo keep what each learned") {
    Fork s;
    const CallId again = s.again(s.a, {{s.x}});
    const LayerId shared = s.graph().call(s.a)->layer;
    const auto kernel = s.trained.weights.at({{shared}, "kernel"});
    WeightChanges changes;
    const LayerId own = makeUnique(s.project, s.project.root, again, changes);
    carry(changes, s.trained);
    CHECK_EQUAL(s.graph().layer(own)->name, "a_1");
    CHECK(s.trained.weights.at({{own}, "kernel"}) == kernel && s.trained.weights.at({{shared}, "kernel"}) == kernel);
    const auto learned = std::make_shared<const Tensor>(Shape{4, 5});
    s.trained.weights[{{own}, "kernel"}] = learned;
    carryBack(changes, s.trained);
    CHECK(s.trained.weights.at({{shared}, "kernel"}) == kernel);
    carry(changes, s.trained);
    CHECK(s.trained.weights.at({{own}, "kernel"}) == learned);
}

TEST("a graph runs what is nested in it, however deep, and itself") {
    Fork s;
    const CallId outer = s.group({s.a, s.b, s.sum});
    const GraphId middle = s.graph().layerOf(outer)->graph;
    const CallId innerBox = s.group({s.a}, middle);
    const GraphId inner = s.project.graphs.at(middle).layerOf(innerBox)->graph;
    CHECK(runs(s.project.graphs, s.project.root, inner) && runs(s.project.graphs, middle, inner) && runs(s.project.graphs, inner, inner));
    CHECK(!runs(s.project.graphs, inner, middle));
}
