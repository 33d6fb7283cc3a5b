// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/edits.h"
#include "engine/project/project.h"

namespace weft::tests {

/// Input (4) -> hidden Dense (8, relu) -> out Dense (3), with a model named `model` over them.
struct Chain {
    Project project = emptyProject();
    CallId input, hidden, out;
    ModelId model;

    Chain() {
        Graph& graph = project.rootGraph();
        input = add("Input", "x", {{"shape", Value(std::vector<std::int64_t>{4})}}, 0);
        hidden = add("Dense", "hidden", {{"units", 8}, {"activation", "relu"}}, 1);
        out = add("Dense", "out", {{"units", 3}}, 1);
        connect(graph, {input, 0}, hidden, 0);
        connect(graph, {hidden, 0}, out, 0);
        model = defineModel(graph, project.ids, {"model", {input}, {{out, 0}}});
        double y = 0;
        for (const CallId call : {input, hidden, out}) {
            project.layout[call] = {0, y += 100};
        }
    }

    CallId add(const char* type, const char* name, ParamMap params, int ports) {
        return addLayer(project.rootGraph(), project.ids,
                        Layer{.type = type, .name = name, .params = std::move(params), .trainable = true, .graph = {}, .model = {}}, ports);
    }
};

} // namespace weft::tests
