// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/project/project.h"

namespace weft {

/// Keeps the root graph's model in step with the drawing as long as nobody named models himself: a graph without models gets one named
/// `model` once a path leads from an Input to some other box; the only model, while it is named `model`, has the drawing's ends
/// (engine/project/ends.h). Ends that stay keep their order, new ones come after them. Where no path is left, the ends that are still there stay, so
/// that a wire taken off for a moment does not cost the training configuration; the model goes with the last box.
/// Any other model, and any second one, is left alone.
void keepDefaultModel(Project& project);

} // namespace weft
