// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/project/trained.h"
#include "engine/project/weight_changes.h"

#include <vector>

namespace weft {

/// The layers on the way from the root to a graph that models run, outermost first: one way for each instance; one empty way for the root.
/// At most a thousand are listed.
std::vector<std::vector<LayerId>> waysTo(const Project& project, GraphId graph);

/// A box that runs a model which is in the project: another instance over the one drawing, with weights of its own. `like`: weights it begins
/// with, by their paths inside the model. Throws Error where the model would contain itself.
CallId insertInstance(Project& project, GraphId at, GraphId graph, ModelId model, Point place, const Weights& like, WeightChanges& changes);

/// A box that runs a copy of a model of the same or another project: its layers and boxes, and graphs that it runs, under new ids. Of the
/// graph in which the model is defined, only what the model computes comes along. `like` as above.
CallId insertCopy(Project& project, GraphId at, const Project& from, GraphId graph, ModelId model, Point place, const Weights& like, WeightChanges& changes);

/// Weights of a model, by their paths inside it, where the layers `way` lead to its graph.
Weights weightsBehind(const Weights& weights, const std::vector<LayerId>& way);

} // namespace weft
