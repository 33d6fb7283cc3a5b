// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/layers/layer_type.h"
#include "engine/project/project.h"
#include "ui/document/selection.h"

#include <QByteArray>
#include <QPointF>

namespace weft::ui {

/// What gestures do to a project. To be called inside Document::edit; a caller runs `finishEdit` last.

/// A new layer with its first box.
CallId addBox(Project& project, GraphId graph, const LayerType& type, QPointF at);
/// Another box of the layer that `call` calls, at the nearest free place.
CallId callAgain(Project& project, GraphId graph, CallId call, QPointF at);
/// Also where the port is past the end of those that are there.
void wire(Project& project, GraphId graph, Source from, CallId to, int port);
void unwire(Project& project, GraphId graph, WireId wire);
void removeItems(Project& project, GraphId graph, const std::set<CallId>& calls, const std::set<WireId>& wires);
void moveBoxes(Project& project, const std::set<CallId>& calls, QPointF by);
/// Puts a box that has no wires into a wire and makes room there. False where the box has no input.
bool insertIntoWire(Project& project, GraphId graph, CallId box, WireId wire);
/// A name that is free, or throws Error that says why not. The training configuration follows.
void renameLayer(Project& project, GraphId graph, LayerId layer, const std::string& name);

/// Ports and the default model follow what was drawn.
void finishEdit(Project& project, GraphId graph);

/// Boxes as readable JSON, with the wires among them.
QByteArray copyBoxes(const Project& project, GraphId graph, const std::set<CallId>& calls);
/// Boxes from such text, their middle at `center`; throws Error where it is no such text. Layers are new; those called several times in
/// the text are shared among the new boxes too.
std::set<CallId> pasteBoxes(Project& project, GraphId graph, const QByteArray& text, QPointF center);

QPointF snapped(QPointF at);

} // namespace weft::ui
