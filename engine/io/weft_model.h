// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/data/dataset.h"
#include "engine/project/trained.h"

#include <filesystem>

namespace weft {

/// Writes one model of a project as a folder that weft::Predictor loads and that Keras can rebuild the model from:
/// `model.json`, `weights.safetensors` (tensors named by Model::Weight::path) and `check.safetensors` (a few inputs `input/NAME`
/// with the outputs `output/NAME` that belong to them).
/// `data`, if given, is the project's, loaded: from it come the fitted preprocessing of the inputs and the rows for the check.
/// Without it steps that are fitted on data cannot be written, and a model that has some is refused.
/// The folder appears whole or not at all; a model folder that is there is replaced, anything else of that name is left alone.
/// Throws Error.
void exportWeftModel(const ProjectFile& file, ModelId model, const std::filesystem::path& folder, const Dataset* data = nullptr);

} // namespace weft
