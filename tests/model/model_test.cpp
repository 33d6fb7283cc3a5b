// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/model/model_order.h"
#include "engine/model/weights_fit.h"
#include "tests/model/graphs.h"
#include "tests/support/check.h"

using namespace weft;
using weft::test::Drawing;

TEST("a model lists its weights under Keras' paths, layer by layer") {
    Drawing d;
    const CallId in = d.input("digits", {784});
    const CallId a = d.layer("Dense", "dense_1", {{"units", 64}}, {{in, 0}});
    const CallId b = d.layer("Dense", "dense_2", {{"units", 64}}, {{a, 0}});
    const CallId c = d.layer("Dense", "predictions", {{"units", 10}}, {{b, 0}});
    const auto model = Model::build(d.graphs, d.root, d.define("mnist_mlp", {in}, {c}));
    // 784*64+64 + 64*64+64 + 64*10+10, as Keras' guide prints it.
    CHECK(model->parameters() == 55050);
    REQUIRE(model->weights().size() == 6);
    CHECK(model->weights()[0].path == "dense_1/kernel");
    CHECK(model->weights()[5].path == "predictions/bias");
    CHECK(model->inputs()[0].name == "digits");
    CHECK(model->outputs()[0].name == "predictions");
}

TEST("a shared layer's parameters count once, and two calls differ in their random numbers") {
    Drawing d;
    const CallId in = d.input("x", {4});
    const CallId a = d.layer("Dense", "shared", {{"units", 4}}, {{in, 0}});
    const CallId b = d.again(a, {{a, 0}});
    const auto model = Model::build(d.graphs, d.root, d.define("m", {in}, {b}));
    CHECK(model->parameters() == 20);
    REQUIRE(model->nodes().size() == 2);
    CHECK(model->nodes()[0].stream != model->nodes()[1].stream);
    CHECK(model->nodes()[0].weights == model->nodes()[1].weights);
}

TEST("nested models are inlined, share their weights between calls, and name them by path") {
    Drawing d;
    const GraphId outer = d.enterNewGraph();
    const GraphId inner = d.root;
    const CallId innerIn = d.input("features", {4});
    const CallId innerOut = d.layer("Dense", "dense", {{"units", 4}}, {{innerIn, 0}});
    const ModelId encoder = d.define("encoder", {innerIn}, {innerOut});
    d.root = outer;
    const CallId in = d.input("x", {4});
    const CallId first = d.model("encoder", inner, encoder, {{in, 0}});
    const CallId second = d.again(first, {{first, 0}});
    const CallId other = d.model("other", inner, encoder, {{second, 0}});
    const auto model = Model::build(d.graphs, d.root, d.define("m", {in}, {other}));
    CHECK(model->nodes().size() == 3);
    CHECK(model->parameters() == 40);
    CHECK(model->weights()[0].path == "encoder/dense/kernel");
    CHECK(model->weights()[2].path == "other/dense/kernel");
    CHECK(model->nodes()[0].weights == model->nodes()[1].weights);
    CHECK(model->nodes()[1].weights != model->nodes()[2].weights);
}

TEST("freezing an outer model freezes all inside") {
    Drawing d;
    const GraphId outer = d.enterNewGraph();
    const GraphId inner = d.root;
    const CallId innerIn = d.input("features", {4});
    const ModelId encoder = d.define("encoder", {innerIn}, {d.layer("Dense", "dense", {{"units", 3}}, {{innerIn, 0}})});
    d.root = outer;
    const CallId in = d.input("x", {4});
    const CallId nested = d.model("encoder", inner, encoder, {{in, 0}});
    const CallId head = d.layer("Dense", "head", {{"units", 2}}, {{nested, 0}});
    d.graph().layerOf(nested)->trainable = false;
    const auto model = Model::build(d.graphs, d.root, d.define("m", {in}, {head}));
    CHECK(model->parameters() == 15 + 8);
    CHECK(model->trainableParameters() == 8);
}

TEST("a model that is not sound is refused with the first diagnostic") {
    Drawing d;
    const CallId in = d.input("x", {4});
    const CallId loose = d.layer("Dense", "loose", {}, {});
    d.graph().call(loose)->inputs.resize(1);
    const ModelId m = d.define("m", {in}, {loose});
    CHECK_THROWS_WITH("Nothing is wired into loose", Model::build(d.graphs, d.root, m));
}

TEST("an unsound box outside the model does not matter to it") {
    Drawing d;
    const CallId in = d.input("x", {4});
    const CallId out = d.layer("Dense", "dense", {{"units", 2}}, {{in, 0}});
    d.graph().call(d.layer("Dense", "loose", {}, {}))->inputs.resize(1);
    CHECK(Model::build(d.graphs, d.root, d.define("m", {in}, {out}))->parameters() == 10);
}

TEST("initialising keeps weights that fit and says which were reset") {
    Drawing d;
    const CallId in = d.input("x", {4});
    const CallId a = d.layer("Dense", "a", {{"units", 3}}, {{in, 0}});
    const CallId b = d.layer("Dense", "b", {{"units", 2}}, {{a, 0}});
    const ModelId m = d.define("m", {in}, {b});
    Weights weights;
    CHECK(initialize(*Model::build(d.graphs, d.root, m), 1, weights).empty());
    const Weights before = weights;
    d.graph().layerOf(b)->params["units"] = Value(5);
    const auto reset = initialize(*Model::build(d.graphs, d.root, m), 1, weights);
    CHECK(reset == (std::vector<std::string>{"b/kernel", "b/bias"}));
    int kept = 0;
    for (const auto& [key, tensor] : before) {
        kept += weights.at(key) == tensor ? 1 : 0;
    }
    CHECK(kept == 2);
}

TEST("Keras lists layers by falling depth, then as a walk from the outputs meets them") {
    // Keras 3's own order for the residual shape x -> a -> b, add(b, x): x, a, b, add.
    Drawing d;
    const CallId in = d.input("x", {4});
    const CallId a = d.layer("Dense", "a", {{"units", 4}}, {{in, 0}});
    const CallId b = d.layer("Dense", "b", {{"units", 4}}, {{a, 0}});
    const CallId sum = d.layer("Add", "add", {}, {{b, 0}, {in, 0}});
    d.define("m", {in}, {sum});
    std::vector<std::string> names;
    for (const LayerId id : layersInKerasOrder(d.graph(), *d.graph().modelNamed("m"))) {
        names.push_back(d.graph().layer(id)->name);
    }
    CHECK(names == (std::vector<std::string>{"x", "a", "b", "add"}));
}

TEST("weights that do not suit a model any more are named by their layers") {
    Drawing d;
    const CallId in = d.input("x", {4});
    const CallId a = d.layer("Dense", "a", {{"units", 3}}, {{in, 0}});
    const ModelId m = d.define("m", {in}, {d.layer("Dense", "b", {{"units", 2}}, {{a, 0}})});
    Weights weights;
    CHECK(fitOf(*Model::build(d.graphs, d.root, m), weights).missing == (std::vector<std::string>{"a", "b"}));
    initialize(*Model::build(d.graphs, d.root, m), 1, weights);
    CHECK(fitOf(*Model::build(d.graphs, d.root, m), weights).fits());
    d.graph().layerOf(a)->params["units"] = Value(5);
    const WeightsFit fit = fitOf(*Model::build(d.graphs, d.root, m), weights);
    CHECK(fit.changed == (std::vector<std::string>{"a", "b"}));
    CHECK(fit.missing.empty());
    const Analysis analysis = analyze(d.graphs, d.root);
    CHECK(!shapesFit({&analysis}, weights));
}
