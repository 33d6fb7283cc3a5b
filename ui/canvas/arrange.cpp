// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/arrange.h"

#include "engine/base/error.h"
#include "ui/canvas/edits.h"

#include <graphviz/gvc.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace weft::ui {

namespace {

constexpr double kPointsPerInch = 72;

void set(void* object, const char* name, const std::string& value) {
    agsafeset(object, const_cast<char*>(name), const_cast<char*>(value.c_str()), const_cast<char*>(""));
}

std::string inches(double pixels) { return std::to_string(pixels / kPointsPerInch); }

} // namespace

Layout arrange(const Graph& graph, const std::map<CallId, QSizeF>& sizes) {
    Layout layout;
    if (sizes.empty()) {
        return layout;
    }
    const std::unique_ptr<GVC_t, int (*)(GVC_t*)> context(gvContext(), gvFreeContext);
    const std::unique_ptr<Agraph_t, int (*)(Agraph_t*)> drawing(agopen(const_cast<char*>("canvas"), Agstrictdirected, nullptr), agclose);
    set(drawing.get(), "nodesep", inches(48));
    set(drawing.get(), "ranksep", inches(40));
    std::map<CallId, Agnode_t*> nodes;
    for (const auto& [call, size] : sizes) {
        Agnode_t* node = agnode(drawing.get(), const_cast<char*>(std::to_string(call.value).c_str()), 1);
        set(node, "shape", "box");
        set(node, "fixedsize", "true");
        set(node, "label", "");
        set(node, "width", inches(size.width()));
        set(node, "height", inches(size.height()));
        nodes[call] = node;
    }
    for (const auto& [call, node] : nodes) {
        for (const auto& input : graph.calls.at(call).inputs) {
            const auto from = input ? nodes.find(input->call) : nodes.end();
            if (from != nodes.end()) {
                agedge(drawing.get(), from->second, node, nullptr, 1);
            }
        }
    }
    if (gvLayout(context.get(), drawing.get(), "dot") != 0) {
        throw Error("The boxes cannot be arranged: Graphviz' layout dot was expected, but this computer's Graphviz does not have it.");
    }
    double left = std::numeric_limits<double>::max();
    double top = left;
    for (const auto& [call, node] : nodes) {
        const QSizeF size = sizes.at(call);
        const Point at{ND_coord(node).x - size.width() / 2, -ND_coord(node).y - size.height() / 2};
        layout[call] = at;
        left = std::min(left, at.x);
        top = std::min(top, at.y);
    }
    for (auto& [call, at] : layout) {
        const QPointF place = snapped({at.x - left, at.y - top});
        at = {place.x(), place.y()};
    }
    gvFreeLayout(context.get(), drawing.get());
    return layout;
}

} // namespace weft::ui
