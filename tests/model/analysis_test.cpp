// SPDX-License-Identifier: Apache-2.0
#include "engine/model/analysis.h"
#include "tests/model/graphs.h"
#include "tests/support/check.h"

#include <algorithm>
#include <chrono>

using namespace weft;
using weft::test::Drawing;

namespace {

const Diagnostic* find(const std::vector<Diagnostic>& all, const std::string& code) {
    const auto at = std::find_if(all.begin(), all.end(), [&](const Diagnostic& d) { return d.code == code; });
    return at == all.end() ? nullptr : &*at;
}

} // namespace

TEST("shapes flow through a sound graph, and nothing is reported") {
    Drawing d;
    const CallId in = d.input("x", {28, 28});
    const CallId flat = d.layer("Flatten", "flatten", {}, {{in, 0}});
    const CallId out = d.layer("Dense", "dense", {{"units", 10}}, {{flat, 0}});
    d.define("m", {in}, {out});
    const Analysis a = analyze(d.graphs, d.root);
    CHECK(a.diagnostics.empty());
    CHECK(a.calls.at(flat).outputs[0].shape == (Shape{kUnknown, 784}));
    CHECK(a.calls.at(out).outputs[0].shape == (Shape{kUnknown, 10}));
    CHECK(a.layers.at(d.graph().call(out)->layer).parameters == 7850);
}

TEST("every mistake is reported, and shapes elsewhere are inferred all the same") {
    Drawing d;
    const CallId in = d.input("x", {4});
    const CallId sound = d.layer("Dense", "sound", {{"units", 3}}, {{in, 0}});
    const CallId loose = d.layer("Dense", "loose", {}, {});
    d.graph().call(loose)->inputs.resize(1);
    d.layer("Dense", "bad", {{"units", 0}}, {{in, 0}});
    d.layer("Dense", "sound", {}, {{in, 0}});
    d.layer("Quux", "strange", {}, {{in, 0}});
    const Analysis a = analyze(d.graphs, d.root);
    CHECK(a.calls.at(sound).outputs[0].shape == (Shape{kUnknown, 3}));
    for (const char* code : {"unwired", "parameter", "name", "unknown_type"}) {
        const Diagnostic* found = find(a.diagnostics, code);
        REQUIRE(found != nullptr);
        CHECK(!found->place.empty());
        CHECK(found->message.back() == '.');
    }
    CHECK(find(a.diagnostics, "parameter")->parameter == "units");
    CHECK(a.diagnostics.size() == 4);
}

TEST("a cycle is reported once, with the boxes that are on it and no others") {
    Drawing d;
    const CallId in = d.input("x", {4});
    const CallId a = d.layer("Add", "a", {}, {{in, 0}});
    const CallId b = d.layer("Dense", "b", {}, {{a, 0}});
    const CallId behind = d.layer("Dense", "behind", {}, {{b, 0}});
    connect(d.graph(), {b, 0}, a, 1);
    const Analysis analysis = analyze(d.graphs, d.root);
    REQUIRE(analysis.diagnostics.size() == 1);
    CHECK(analysis.diagnostics[0].code == "cycle");
    CHECK(analysis.diagnostics[0].message.find("a, b") != std::string::npos);
    CHECK(analysis.diagnostics[0].message.find("behind") == std::string::npos);
    CHECK(!analysis.calls.at(behind).sound);
}

TEST("what follows from one mistake is not reported again downstream") {
    Drawing d;
    const CallId loose = d.layer("Dense", "loose", {}, {});
    d.graph().call(loose)->inputs.resize(1);
    d.layer("Dense", "next", {}, {{loose, 0}});
    CHECK(analyze(d.graphs, d.root).diagnostics.size() == 1);
}

TEST("a shared layer that cannot have one kernel for all its calls is reported") {
    Drawing d;
    const CallId four = d.input("four", {4});
    const CallId five = d.input("five", {5});
    const CallId a = d.layer("Dense", "shared", {}, {{four, 0}});
    const CallId b = d.again(a, {{five, 0}});
    const Analysis analysis = analyze(d.graphs, d.root);
    const Diagnostic* found = find(analysis.diagnostics, "shared_shape");
    REQUIRE(found != nullptr);
    CHECK(found->call == b);
    CHECK(!analysis.calls.at(b).sound);
}

TEST("a model that contains itself is refused, directly or not") {
    Drawing d;
    const GraphId outer = d.root;
    const CallId in = d.input("x", {4});
    const ModelId m = d.define("m", {in}, {in});
    const CallId self = d.model("self", outer, m, {{in, 0}});
    CHECK(find(analyze(d.graphs, d.root).diagnostics, "recursion")->call == self);
}

TEST("an output that depends on an Input which is not the model's is reported at that Input") {
    Drawing d;
    const CallId a = d.input("a", {4});
    const CallId b = d.input("b", {4});
    const CallId sum = d.layer("Add", "add", {}, {{a, 0}, {b, 0}});
    d.define("m", {a}, {sum});
    const Analysis analysis = analyze(d.graphs, d.root);
    const Diagnostic* found = find(analysis.diagnostics, "model_disconnected");
    REQUIRE(found != nullptr);
    CHECK(found->call == b);
}

TEST("a fix mends what it is offered for") {
    Drawing d;
    const CallId in = d.input("x", {4});
    d.layer("Dense", "bad", {{"units", -3}}, {{in, 0}});
    const auto before = analyze(d.graphs, d.root).diagnostics;
    REQUIRE(before.size() == 1 && before[0].fixes.size() == 1);
    applyFix(d.graph(), d.ids, before[0], before[0].fixes[0]);
    CHECK(analyze(d.graphs, d.root).diagnostics.empty());
}

TEST("a chain of 10,000 boxes is analysed without running out of stack") {
    Drawing d;
    CallId at = d.input("x", {4});
    const CallId first = at;
    for (int i = 0; i < 10000; ++i) {
        at = d.layer("Dense", "d" + std::to_string(i), {{"units", 4}}, {{at, 0}});
    }
    d.define("deep", {first}, {at});
    const Analysis a = analyze(d.graphs, d.root);
    CHECK(a.diagnostics.empty());
    CHECK(a.calls.at(at).outputs[0].shape == (Shape{kUnknown, 4}));
}

TEST("a model that ends at an output that its box does not have is reported") {
    Drawing d;
    const CallId in = d.input("x", {4});
    const CallId out = d.layer("Dense", "dense", {}, {{in, 0}});
    d.define("m", {in}, {out});
    d.graph().models.begin()->second.outputs[0].output = 1;
    REQUIRE(find(analyze(d.graphs, d.root).diagnostics, "model_outputs") != nullptr);
    CHECK_THROWS_WITH("which has 1", Model::build(d.graphs, d.root, d.graph().models.begin()->first));
}

TEST("models within models are analysed once on every level: forty levels end") {
    Drawing d;
    CallId in = d.input("x", {3});
    CallId out = d.layer("Dense", "dense", {{"units", 3}}, {{in, 0}});
    ModelId model = d.define("level_0", {in}, {out});
    for (int level = 1; level <= 40; ++level) {
        const GraphId inner = d.enterNewGraph();
        in = d.input("x", {3});
        out = d.model("inner", inner, model, {{in, 0}});
        model = d.define("level_" + std::to_string(level), {in}, {out});
    }
    CHECK(analyze(d.graphs, d.root).diagnostics.empty());
    CHECK(Model::build(d.graphs, d.root, model)->parameters() == 12);
}
