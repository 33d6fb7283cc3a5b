// SPDX-License-Identifier: Apache-2.0
#include "engine/project/auto_model.h"

#include "engine/graph/edits.h"
#include "engine/project/ends.h"

#include <algorithm>

namespace weft {

namespace {

constexpr const char* kName = "model";

/// `wanted` in the order of `before`, then what is new.
template <class T>
std::vector<T> inOldOrder(const std::vector<T>& before, const std::vector<T>& wanted) {
    std::vector<T> out;
    for (const auto* list : {&before, &wanted}) {
        for (const T& end : *list) {
            if (std::find(wanted.begin(), wanted.end(), end) != wanted.end() && std::find(out.begin(), out.end(), end) == out.end()) {
                out.push_back(end);
            }
        }
    }
    return out;
}

} // namespace

void keepDefaultModel(Project& project) {
    Graph& graph = project.rootGraph();
    const bool ours = graph.models.size() == 1 && graph.models.begin()->second.name == kName;
    if (!graph.models.empty() && !ours) {
        return;
    }
    if (graph.calls.empty()) {
        graph.models.clear();
        return;
    }
    ModelDef def = endsOf(project.graphs, graph);
    def.name = kName;
    if (def.outputs.empty()) {
        return;
    }
    if (ours) {
        const ModelDef& before = graph.models.begin()->second;
        def.inputs = inOldOrder(before.inputs, def.inputs);
        def.outputs = inOldOrder(before.outputs, def.outputs);
    }
    defineModel(graph, project.ids, std::move(def));
}

} // namespace weft
