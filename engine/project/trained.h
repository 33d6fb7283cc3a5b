// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/data/dataset.h"
#include "engine/model/weights.h"
#include "engine/project/project.h"

#include <map>
#include <string>
#include <vector>

namespace weft {

/// One finished or stopped training of one model.
struct Run {
    std::string id; ///< `run-1`, ...
    ModelId model;
    std::string modelName;
    TrainingConfig config;
    std::vector<std::map<std::string, double>> history; ///< one entry per epoch
    std::string started; ///< ISO 8601, UTC
    bool stopped = false;
    std::string graphHash{}; ///< SHA-256 of the drawing as it was trained, without its layout; empty in older files
    std::string dataHash{};  ///< SHA-256 of all that the data were: files by their own hashes, columns, split
    FittedSteps steps{};     ///< the data's steps as they were fitted
};

/// What training made of a project. Not part of undo, and never lost by it.
struct Trained {
    Weights weights;
    std::map<ModelId, OptimizerState> optimizers;
    std::vector<Run> runs;
};

/// A project as a file holds it.
struct ProjectFile {
    Project project;
    Trained trained;
    std::string thumbnailPng; ///< bytes of a PNG; may be empty
};

} // namespace weft
