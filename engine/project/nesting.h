// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/project/project.h"
#include "engine/project/weight_changes.h"
#include "engine/tensor/tensor.h"

#include <set>

namespace weft {

/// Edits that take boxes into a sub-model and out again, or give a box a layer of its own. None changes a number that a model computes:
/// what happens to weights is added to `changes`, training configurations go with outputs that get another name, and boxes keep
/// their places. Each throws Error with a whole sentence where it cannot be done, before anything is changed.

/// What grouping made.
struct Grouped {
    CallId call;                ///< the box that stands for the sub-model
    std::vector<CallId> inputs; ///< the Input boxes inside it
};

/// Selected boxes become a sub-model: a graph of their own and a layer that runs it. It has an input for each distinct tensor that enters,
/// and an output for each that is used outside, or is an output of a model; both from left to right as they stand on the canvas.
/// `specs`: what is known of what enters. Layers and boxes keep their ids.
Grouped groupCalls(Project& project, GraphId graph, const std::set<CallId>& calls, const std::map<Source, TensorSpec>& specs, WeightChanges& changes);

/// The other way round: what is inside the sub-model of this box comes out. A sub-model that is called several times comes out once per
/// call, its layers shared among the calls. Where other boxes run the same graph, copies of its layers come out, with this box's weights;
/// else layers and boxes keep their ids. Returns the boxes that came out.
std::set<CallId> ungroup(Project& project, GraphId graph, CallId call, WeightChanges& changes);

/// This call of a shared layer calls a new layer of its own, with the same parameters and a copy of the weights.
LayerId makeUnique(Project& project, GraphId graph, CallId call, WeightChanges& changes);

/// True where `outer` is `inner`, or a model in it runs `inner`, however deep: nesting `outer` in `inner` would be without end.
bool runs(const Graphs& graphs, GraphId outer, GraphId inner);

/// `dense_3` as `dense`: what a new layer's name is made of.
std::string withoutNumber(const std::string& name);

} // namespace weft
