// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

#include <filesystem>
#include <string>

namespace weft {

struct PlotOptions {
    bool shapes = false; ///< input and output shapes in every box
    bool nested = false; ///< what is inside nested models, in frames
};

/// The drawing of one model in Graphviz' language, as Keras' plot_model draws it: a box per call, arrows along the tensors.
std::string plotDot(const Graphs& graphs, GraphId graph, ModelId model, const PlotOptions& options);

/// Draws into a file by its ending: .svg, .png, .pdf or .dot. Throws Error on any other ending, naming these, and where the file
/// cannot be written. Target weft_plot (links Graphviz). One call at a time.
void plotModel(const Graphs& graphs, GraphId graph, ModelId model, const PlotOptions& options, const std::filesystem::path& file);

} // namespace weft
