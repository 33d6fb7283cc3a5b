// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/places.h"

#include "ui/canvas/edits.h"
#include "ui/canvas/ports.h"
#include "ui/canvas/scene.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <cmath>

namespace weft::ui {

namespace {

QRectF rectOf(const Project& project, const Graph& graph, CallId call) {
    const PortCount ports = portsOf(project.graphs, graph, call);
    const Point at = project.layout.at(call);
    return {QPointF(at.x, at.y), Scene::sizeOf(ports.inputs + (ports.grows ? 1 : 0), ports.outputs, ports.named)};
}

std::map<CallId, QRectF> rectsOf(const Project& project, const Graph& graph) {
    std::map<CallId, QRectF> rects;
    for (const auto& [id, call] : graph.calls) {
        if (project.layout.contains(id)) {
            rects[id] = rectOf(project, graph, id);
        }
    }
    return rects;
}

double onGrid(double length) { return std::ceil(length / metrics::grid) * metrics::grid; }

/// How far `upper` and its gap reach into `lower`; 0 if not at all.
double overlap(const QRectF& upper, const QRectF& lower) {
    return upper.adjusted(0, -kBoxGap, 0, kBoxGap).intersects(lower) ? onGrid(upper.bottom() + kBoxGap - lower.top()) : 0;
}

} // namespace

void freePlace(Project& project, GraphId graphId, const std::set<CallId>& boxes, const std::set<CallId>& yielding) {
    std::vector<QRectF> moving, taken;
    for (const auto& [id, rect] : rectsOf(project, project.graphs.at(graphId))) {
        if (boxes.contains(id)) {
            moving.push_back(rect);
        } else if (!yielding.contains(id)) {
            taken.push_back(rect);
        }
    }
    const auto covers = [&](const QRectF& rect) {
        return std::any_of(taken.begin(), taken.end(), [&](const QRectF& other) { return other.intersects(rect); });
    };
    if (std::none_of(moving.begin(), moving.end(), covers)) {
        return;
    }
    double fall = 0;
    for (double further = 1; further > 0; fall += further) {
        further = 0;
        for (const QRectF& rect : moving) {
            for (const QRectF& other : taken) {
                further = std::max(further, overlap(other, rect.translated(0, fall)));
            }
        }
    }
    moveBoxes(project, boxes, {0, fall});
}

void makeRoom(Project& project, GraphId graphId, CallId box) {
    const Graph& graph = project.graphs.at(graphId);
    std::set<CallId> below = dependents(graph, box);
    below.erase(box);
    freePlace(project, graphId, {box}, below);
    std::map<CallId, QRectF> rects = rectsOf(project, graph);
    const QRectF inserted = rects.at(box);
    std::erase_if(below, [&](CallId call) { return !rects.contains(call); });
    double fall = 0;
    for (double further = 1; further > 0; fall += further) {
        further = 0;
        for (const CallId call : below) {
            const QRectF rect = rects.at(call).translated(0, fall);
            // What stands above the new box all the same is left alone until it would land on it.
            further = std::max(further, rect.bottom() > inserted.top() ? overlap(inserted, rect) : 0);
        }
    }
    if (fall == 0) {
        return;
    }
    for (bool grows = true; grows;) {
        grows = false;
        for (const auto& [id, rect] : rects) {
            const bool hit = id != box && !below.contains(id) && std::any_of(below.begin(), below.end(), [&, &rect = rect](CallId call) {
                return rects.at(call).translated(0, fall).intersects(rect) && !rects.at(call).intersects(rect);
            });
            if (hit) {
                grows |= below.insert(id).second;
            }
        }
    }
    moveBoxes(project, below, {0, fall});
}

bool allPlaced(const Project& project, GraphId graphId) {
    const auto& calls = project.graphs.at(graphId).calls;
    return std::all_of(calls.begin(), calls.end(), [&](const auto& call) { return project.layout.contains(call.first); });
}

void placeBoxes(Project& project, GraphId graphId) {
    const Graph& graph = project.graphs.at(graphId);
    std::vector<CallId> waiting;
    for (const auto& [id, call] : graph.calls) {
        if (!project.layout.contains(id)) {
            waiting.push_back(id);
        }
    }
    const auto source = [&](CallId call) {
        for (const auto& input : graph.calls.at(call).inputs) {
            if (input && project.layout.contains(input->call)) {
                return input->call;
            }
        }
        return CallId();
    };
    while (!waiting.empty()) {
        auto next = std::find_if(waiting.begin(), waiting.end(), [&](CallId call) { return bool(source(call)); });
        next = next == waiting.end() ? waiting.begin() : next;
        const CallId call = *next;
        waiting.erase(next);
        if (const CallId from = source(call)) {
            const QRectF above = rectOf(project, graph, from);
            project.layout[call] = {above.left(), above.bottom() + kBoxGap};
        } else {
            project.layout[call] = {};
        }
        makeRoom(project, graphId, call);
    }
}

} // namespace weft::ui
