// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/training_controller.h"

namespace weft::ui {

/// Losses, metrics and confusion matrices on the test part, or the validation part where there is none, or all that was trained on.
/// Runs on the calling thread.
Scores scoresOf(const Model& model, const TrainingConfig& config, const Dataset& data, const Weights& weights, const std::stop_token& stop);

} // namespace weft::ui
