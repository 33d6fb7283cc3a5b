// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/edits.h"
#include "ui/canvas/places.h"
#include "ui/canvas/tools/tool.h"

namespace weft::ui {

void Stage::edit(const QString& text, const std::function<void(Project&)>& change, const QString& mergeKey) {
    document.edit(
        text,
        [&](Project& project) {
            placeBoxes(project, graphId()); // what panels added is where it is seen
            change(project);
            finishEdit(project, graphId());
        },
        mergeKey);
}

void Stage::editWithWeights(const QString& text, const std::function<void(Project&, WeightChanges&)>& change) {
    document.editWithWeights(text, [&](Project& project, WeightChanges& changes) {
        placeBoxes(project, graphId());
        change(project, changes);
        finishEdit(project, graphId());
    });
}

} // namespace weft::ui
