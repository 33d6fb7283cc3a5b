// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/edits.h"
#include "engine/io/plot/plot.h"
#include "engine/project/project.h"
#include "tests/support/check.h"

#include <filesystem>

using namespace weft;

namespace {

int occurrences(const std::string& text, const std::string& part) {
    int n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++n;
    }
    return n;
}

Layer layer(const char* type, const char* name, ParamMap params = {}) { return {type, name, std::move(params), true, {}, {}}; }

/// Two inputs through one shared Dense, and what comes of it through a nested model of two Dense layers.
struct Example {
    Project project = emptyProject();
    ModelId model;

    Example() {
        Graph inner;
        const CallId in = addLayer(inner, project.ids, layer("Input", "inner <in>", {{"shape", std::vector<std::int64_t>{3}}}), 0);
        const CallId one = addLayer(inner, project.ids, layer("Dense", "one", {{"units", 5}}), 1);
        const CallId two = addLayer(inner, project.ids, layer("Dense", "two", {{"units", 2}}), 1);
        connect(inner, {in, 0}, one, 0);
        connect(inner, {one, 0}, two, 0);
        const ModelId innerModel = defineModel(inner, project.ids, {"inner", {in}, {{two, 0}}});
        const GraphId innerGraph = project.ids.next<GraphTag>();
        project.graphs[innerGraph] = inner;

        Graph& graph = project.rootGraph();
        const CallId a = addLayer(graph, project.ids, layer("Input", "a", {{"shape", std::vector<std::int64_t>{4}}}), 0);
        const CallId b = addLayer(graph, project.ids, layer("Input", "b", {{"shape", std::vector<std::int64_t>{4}}}), 0);
        const CallId first = addLayer(graph, project.ids, layer("Dense", "shared", {{"units", 3}}), 1);
        const CallId second = addCall(graph, project.ids, graph.call(first)->layer, 1);
        const CallId add = addLayer(graph, project.ids, layer("Add", "add"), 2);
        Layer nested = layer("Model", "nested");
        nested.graph = innerGraph;
        nested.model = innerModel;
        const CallId last = addLayer(graph, project.ids, nested, 1);
        addLayer(graph, project.ids, layer("Dense", "not in the model"), 1);
        connect(graph, {a, 0}, first, 0);
        connect(graph, {b, 0}, second, 0);
        connect(graph, {first, 0}, add, 0);
        connect(graph, {second, 0}, add, 1);
        connect(graph, {add, 0}, last, 0);
        model = defineModel(graph, project.ids, {"whole", {a, b}, {{last, 0}}});
    }

    std::string dot(PlotOptions options) const { return plotDot(project.graphs, project.root, model, options); }
};

} // namespace

TEST("every call of the model is a box, every wire an arrow, and nothing else") {
    const std::string dot = Example().dot({});
    CHECK_EQUAL(occurrences(dot, "[label=<<table"), 6); // a, b, shared twice, add, nested
    CHECK_EQUAL(occurrences(dot, " -> "), 5);
    CHECK_EQUAL(occurrences(dot, "<b>shared</b> (Dense)"), 2);
    CHECK_EQUAL(occurrences(dot, "(InputLayer)"), 2);
    CHECK_EQUAL(occurrences(dot, "not in the model"), 0);
    CHECK_EQUAL(occurrences(dot, "None"), 0);
}

TEST("shapes are those of the tensors") {
    const std::string dot = Example().dot({true, false});
    CHECK_EQUAL(occurrences(dot, "Output: <b>(None, 3)</b>"), 3); // shared twice, add
    CHECK_EQUAL(occurrences(dot, "Input: <b>(None, 3), (None, 3)</b>"), 1);
    CHECK_EQUAL(occurrences(dot, "Output: <b>(None, 2)</b>"), 1);
}

TEST("a nested model is opened into a frame that the arrows go through") {
    const std::string dot = Example().dot({false, true});
    CHECK_EQUAL(occurrences(dot, "subgraph cluster_"), 1);
    CHECK_EQUAL(occurrences(dot, "[label=<<table"), 8); // nested is a frame now, with three boxes in it
    CHECK_EQUAL(occurrences(dot, " -> "), 7);
    CHECK_EQUAL(occurrences(dot, "<b>inner &lt;in&gt;</b>"), 1);
}

TEST("Graphviz takes the drawing, and other endings are refused") {
    const Example example;
    const std::filesystem::path file = std::filesystem::temp_directory_path() / "weft_plot_test.svg";
    plotModel(example.project.graphs, example.project.root, example.model, {true, true}, file);
    CHECK(std::filesystem::file_size(file) > 1000);
    std::filesystem::remove(file);
    CHECK_THROWS_WITH(".bmp", plotModel(example.project.graphs, example.project.root, example.model, {}, "a.bmp"));
}
