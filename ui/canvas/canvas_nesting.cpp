// SPDX-License-Identifier: GPL-3.0-or-later
// Shared layers, sub-models and frozen layers: what the canvas does with them at a word.
#include "engine/base/error.h"
#include "engine/project/nesting.h"
#include "ui/canvas/arrange.h"
#include "ui/canvas/canvas.h"
#include "ui/canvas/edits.h"
#include "ui/canvas/places.h"
#include "ui/canvas/ports.h"
#include "ui/document/levels.h"

namespace weft::ui {

namespace {

std::map<Source, TensorSpec> specsOf(const Analysis& analysis) {
    std::map<Source, TensorSpec> specs;
    for (const auto& [call, info] : analysis.calls) {
        for (std::size_t i = 0; i < info.outputs.size(); ++i) {
            specs[{call, static_cast<int>(i)}] = info.outputs[i];
        }
    }
    return specs;
}

} // namespace

void Canvas::attempt(const std::function<void()>& what) {
    try {
        what();
    } catch (const Error& error) {
        const auto& calls = selection.calls();
        const Box* box = calls.empty() ? nullptr : scene.box(*calls.begin());
        say(QString::fromStdString(error.what()), box ? view.toWidget(box->rect.bottomLeft()) : QRectF(rect()).center(), true);
    }
}

void Canvas::group() {
    attempt([this] {
        CallId box;
        editWithWeights(tr("Group"), [&](Project& project, WeightChanges& changes) {
            box = groupCalls(project, graphId(), selection.calls(), specsOf(document.analysis(graphId())), changes).call;
            freePlace(project, graphId(), {box});
        });
        selection.select({box});
    });
}

void Canvas::ungroup() {
    attempt([this] {
        std::set<CallId> out;
        const std::size_t graphs = document.project().graphs.size();
        editWithWeights(tr("Ungroup"), [&](Project& project, WeightChanges& changes) {
            for (const CallId call : selection.calls()) {
                const Graph& drawing = project.graphs.at(graphId());
                if (const Layer* layer = drawing.layerOf(call); layer && (layer->graph || selection.calls().size() == 1)) {
                    out.merge(weft::ungroup(project, graphId(), call, changes));
                }
            }
            freePlace(project, graphId(), out);
        });
        selection.select(out);
        if (!out.empty() && document.project().graphs.size() == graphs) {
            say(tr("Other boxes run this sub-model too: copies of its layers came out, with the weights of this one."), QRectF(rect()).center(), false);
        }
    });
}

void Canvas::makeUnique() {
    attempt([this] {
        editWithWeights(tr("Make unique"), [&](Project& project, WeightChanges& changes) {
            for (const CallId call : selection.calls()) {
                const Graph& drawing = project.graphs.at(graphId());
                if (drawing.callsOf(drawing.call(call)->layer).size() > 1 || selection.calls().size() == 1) {
                    weft::makeUnique(project, graphId(), call, changes);
                }
            }
        });
    });
}

void Canvas::insert(const QString& text, const std::function<CallId(Project& project, Point at, WeightChanges& changes)>& make) {
    CallId box;
    const QPointF at = snapped(inSight().center() - QPointF(metrics::boxWidth, metrics::boxHeight) / 2);
    editWithWeights(text, [&](Project& project, WeightChanges& changes) {
        const Graphs before = project.graphs;
        box = make(project, {at.x(), at.y()}, changes);
        for (const auto& [id, made] : project.graphs) {
            if (!before.contains(id) && !allPlaced(project, id)) { // a file without places
                std::map<CallId, QSizeF> sizes;
                for (const auto& [call, used] : made.calls) {
                    const PortCount ports = portsOf(project.graphs, made, call);
                    sizes[call] = Scene::sizeOf(ports.inputs + (ports.grows ? 1 : 0), ports.outputs, ports.named);
                }
                project.layout.merge(weft::ui::arrange(made, sizes));
            }
        }
        freePlace(project, graphId(), {box});
    });
    selection.select({box});
    bringInSight(box);
    setFocus();
}

void Canvas::callAgainInSight(CallId call) {
    insert(tr("Use layer again"), [&](Project& project, Point at, WeightChanges&) { return callAgain(project, graphId(), call, {at.x, at.y}); });
}

std::set<CallId> Canvas::callsOfSelected() const {
    std::set<CallId> calls;
    for (const CallId call : selection.calls()) {
        if (const Call* found = graph().call(call)) {
            const auto all = graph().callsOf(found->layer);
            calls.insert(all.begin(), all.end());
        }
    }
    return calls;
}

void Canvas::showAllCalls() {
    const std::set<CallId> calls = callsOfSelected();
    QRectF area;
    for (const CallId call : calls) {
        area |= scene.box(call)->rect;
    }
    selection.select(calls);
    if (!inSight().contains(area)) {
        view.fit(area.adjusted(-60, -60, 60, 60), size(), std::max(zoom(), 0.2));
        Q_EMIT zoomChanged(zoom());
        update();
    }
}

void Canvas::freeze(bool frozen) {
    const std::set<CallId> calls = selection.calls();
    edit(frozen ? tr("Freeze") : tr("Unfreeze"), [&](Project& project) {
        for (const CallId call : calls) {
            if (Layer* layer = project.graphs.at(graphId()).layerOf(call)) {
                layer->trainable = !frozen;
            }
        }
    });
    updateActions();
}

bool Canvas::isFrozen() const {
    const auto& calls = selection.calls();
    return !calls.empty() && std::all_of(calls.begin(), calls.end(), [&](CallId call) { return graph().layerOf(call) && !graph().layerOf(call)->trainable; });
}

bool Canvas::isNested(CallId call) const {
    const Layer* layer = graph().layerOf(call);
    const auto inner = layer && layer->graph ? document.project().graphs.find(layer->graph) : document.project().graphs.end();
    return inner != document.project().graphs.end() && inner->second.model(layer->model);
}

bool Canvas::worksOnSteps() const {
    return std::any_of(selection.calls().begin(), selection.calls().end(), [this](CallId call) {
        const Box* box = scene.box(call);
        return isNested(call) && box->type && box->type->foldsTime;
    });
}

void Canvas::applyToEachStep(bool eachStep) {
    const auto& types = layerTypes();
    const auto type = std::find_if(types.begin(), types.end(), [eachStep](const LayerType& type) { return eachStep ? type.foldsTime : type.isModel; });
    if (type == types.end()) {
        return;
    }
    edit(eachStep ? tr("Apply to each step") : tr("Apply to the whole"), [&](Project& project) {
        for (const CallId call : selection.calls()) {
            if (Layer* layer = project.graphs.at(graphId()).layerOf(call); layer && layer->graph) {
                layer->type = type->name;
            }
        }
    });
}

void Canvas::enter(CallId call) {
    if (!isNested(call)) {
        return;
    }
    std::vector<Level> path = levelsOf(document.project(), selection);
    path.push_back({graphId(), call});
    selection.showGraph(graph().layerOf(call)->graph, std::move(path));
}

void Canvas::leave() {
    std::vector<Level> path = levelsOf(document.project(), selection);
    if (path.empty()) {
        return;
    }
    const Level level = path.back();
    path.pop_back();
    selection.showGraph(level.graph, std::move(path));
    selection.select({level.box});
}

void Canvas::graphShown() {
    if (m_shown) {
        m_views[m_shown] = view;
    }
    m_shown = graphId();
    rebuild();
    const auto known = m_views.find(m_shown);
    if (known == m_views.end() || known->second.isFitted()) {
        fit();
    } else {
        view = known->second;
        Q_EMIT zoomChanged(zoom());
    }
    updateActions();
}

} // namespace weft::ui
