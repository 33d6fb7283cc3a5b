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

/// An exported folder as a project again: graphs from its architecture, its weights, training configuration and data, without a layout.
/// Throws Error.
ProjectFile readWeftModel(const std::filesystem::path& folder);

/// How `model.json` says that raw data become an input.
struct StoredPreprocessing {
    std::vector<std::string> fields; ///< of a table: which, in this order; empty: all
    TensorSpec raw;                  ///< of the data before the steps; rank 0 where it is not known
    std::vector<Object> steps;       ///< fitted, in order
};
StoredPreprocessing storedPreprocessing(const std::filesystem::path& folder, std::string_view input);

} // namespace weft
