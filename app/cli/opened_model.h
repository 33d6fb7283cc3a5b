// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"
#include "engine/model/model.h"
#include "engine/project/trained.h"

namespace weft::cli {

/// What MODEL on the command line names, one of its models chosen.
struct OpenedModel {
    std::filesystem::path path;
    enum class Kind { project, folder, kerasJson };
    Kind kind = Kind::project; ///< a .weft file, an exported model folder, or what Keras' model.to_json() wrote
    ProjectFile file;          ///< of a folder made from its architecture, training and weights; of Keras' JSON without weights
    ModelId id;

    const Graph& graph() const { return file.project.rootGraph(); }
    const ModelDef& def() const { return *graph().model(id); }
    TrainingConfig& training() { return file.project.training[id]; }
};

/// Opens a project, an exported folder or a .json file of Keras, and chooses the model `--model` names, or the only one there is, or else the only
/// one that is set up for training. Throws Error.
OpenedModel openModel(const Arguments& arguments);

/// Gives the project's data the steps that were fitted when the chosen model was last trained, so that they are not fitted anew.
void useFittedSteps(OpenedModel& opened);

/// The chosen model, and in `opened` a number for every weight of it: those it has, and initial ones for the rest. Says on standard
/// error when the model was never trained. Throws Error where the drawing is not sound.
std::shared_ptr<const Model> prepare(OpenedModel& opened);

} // namespace weft::cli
