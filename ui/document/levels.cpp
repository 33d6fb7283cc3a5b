// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/levels.h"

#include <algorithm>

namespace weft::ui {

namespace {

const Layer* layerAt(const Project& project, const Level& level) {
    const auto graph = project.graphs.find(level.graph);
    return graph == project.graphs.end() ? nullptr : graph->second.layerOf(level.box);
}

bool leadsTo(const Project& project, const std::vector<Level>& path, GraphId graph) {
    if (path.empty() || path.front().graph != project.root) {
        return false;
    }
    for (std::size_t i = 0; i < path.size(); ++i) {
        const Layer* layer = layerAt(project, path[i]);
        if (!layer || layer->graph != (i + 1 < path.size() ? path[i + 1].graph : graph)) {
            return false;
        }
    }
    return true;
}

} // namespace

std::vector<Level> levelsOf(const Project& project, const Selection& selection) {
    const GraphId wanted = selection.graph();
    if (wanted == project.root || leadsTo(project, selection.path(), wanted)) {
        return wanted == project.root ? std::vector<Level>() : selection.path();
    }
    // Breadth first: the shortest way.
    std::map<GraphId, Level> from;
    std::vector<GraphId> waiting{project.root};
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        const GraphId at = waiting[i];
        const auto graph = project.graphs.find(at);
        if (graph == project.graphs.end()) {
            continue;
        }
        for (const auto& [id, call] : graph->second.calls) {
            const Layer* layer = graph->second.layer(call.layer);
            if (layer && layer->graph && layer->graph != project.root && from.try_emplace(layer->graph, Level{at, id}).second) {
                waiting.push_back(layer->graph);
            }
        }
    }
    std::vector<Level> levels;
    for (GraphId at = wanted; from.contains(at); at = levels.back().graph) {
        levels.push_back(from.at(at));
    }
    std::reverse(levels.begin(), levels.end());
    return levels;
}

ModelId modelInSight(const Project& project, const std::vector<Level>& levels) {
    const Layer* layer = levels.empty() ? nullptr : layerAt(project, levels.back());
    return layer ? layer->model : ModelId();
}

} // namespace weft::ui
