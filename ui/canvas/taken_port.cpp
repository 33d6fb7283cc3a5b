// SPDX-License-Identifier: GPL-3.0-or-later
// A wire was dropped on an input that has one: replace it, call the layer again, or merge the two.
#include "ui/canvas/canvas.h"
#include "ui/canvas/edits.h"
#include "ui/canvas/places.h"
#include "ui/canvas/ports.h"

#include <QMenu>

namespace weft::ui {

namespace {

/// What a new layer of this type says to two such tensors: a sentence, or nothing if it takes them or that cannot be known yet.
QString refusalOf(const LayerType& type, const Analysis& analysis, const std::vector<Source>& sources) {
    std::vector<TensorSpec> specs;
    for (const Source& source : sources) {
        const auto info = analysis.calls.find(source.call);
        if (info == analysis.calls.end() || source.output >= static_cast<int>(info->second.outputs.size())) {
            return {};
        }
        specs.push_back(info->second.outputs[static_cast<std::size_t>(source.output)]);
    }
    const Inference inference = type.infer({}, specs);
    return inference.problems.empty() ? QString() : QString::fromStdString(inference.problems.front().message);
}

} // namespace

void Canvas::mergeInto(const LayerType& type, Source there, Source from, WireId target, std::optional<WireId> held) {
    CallId added;
    edit(tr("Merge by %1").arg(QString::fromStdString(type.name)), [&](Project& project) {
        if (held) {
            unwire(project, graphId(), *held);
        }
        const Box* to = scene.box(target.to);
        added = addBox(project, graphId(), type, to->rect.topLeft());
        wire(project, graphId(), there, added, 0);
        wire(project, graphId(), from, added, 1);
        wire(project, graphId(), {added, 0}, target.to, target.port);
        makeRoom(project, graphId(), added);
    });
    selection.select({added});
}

void Canvas::askAboutTakenPort(Source from, CallId to, int port, std::optional<WireId> held, QPointF widget) {
    const Box* box = scene.box(to);
    const Wire* there = scene.wire({to, port});
    if (!box || !there) {
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    menu->setAccessibleName(tr("This input has a wire"));
    QAction* heading = menu->addAction(tr("This input of %1 has a wire").arg(box->name));
    heading->setEnabled(false);
    menu->addAction(tr("Replace it"), this, [=, this] {
        edit(tr("Replace wire"), [&](Project& project) {
            if (held) {
                unwire(project, graphId(), *held);
            }
            wire(project, graphId(), from, to, port);
        });
    });
    if (box->inputs == 1 && box->type && !box->type->isInput) {
        QAction* again = menu->addAction(tr("Call %1 again (shared weights)").arg(box->name), this, [=, this] {
            CallId again;
            edit(tr("Use layer again"), [&](Project& project) {
                if (held) {
                    unwire(project, graphId(), *held);
                }
                again = callAgain(project, graphId(), to, scene.box(to)->rect.topLeft() + QPointF(metrics::boxWidth + 48, 0));
                wire(project, graphId(), from, again, 0);
            });
            selection.select({again});
        });
        again->setToolTip(tr("A second box of the same layer takes this wire: both work with the same weights."));
    }
    if (box->grows) {
        menu->addAction(tr("Give it as one more input"), this, [=, this] {
            edit(tr("Connect"), [&](Project& project) {
                if (held) {
                    unwire(project, graphId(), *held);
                }
                wire(project, graphId(), from, to, static_cast<int>(project.graphs.at(graphId()).call(to)->inputs.size()));
            });
        });
    }
    menu->addSection(tr("Merge both"));
    for (const LayerType& type : layerTypes()) {
        if (type.family != Family::merge || !type.infer || type.inputs.minimum > 2 || (type.inputs.maximum >= 0 && type.inputs.maximum < 2)) {
            continue;
        }
        QAction* merge = menu->addAction(QString::fromStdString(type.name), this,
                                         [=, this, &type, source = there->from] { mergeInto(type, source, from, {to, port}, held); });
        const QString refusal = refusalOf(type, document.analysis(graphId()), {there->from, from});
        merge->setEnabled(refusal.isEmpty());
        merge->setToolTip(refusal.isEmpty() ? QString::fromStdString(type.help) : refusal);
    }
    menu->addSeparator();
    menu->addAction(tr("Cancel"));
    menu->popup(mapToGlobal(widget.toPoint()));
}

} // namespace weft::ui
