// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/analysis.h"
#include "engine/model/model.h"

#include <string>
#include <vector>

namespace weft {

/// How weights that are there suit a model as it is drawn now.
struct WeightsFit {
    std::vector<std::string> changed; ///< paths of layers whose weights are there in another shape
    std::vector<std::string> missing; ///< paths of layers without weights
    bool fits() const { return changed.empty() && missing.empty(); }
};
WeightsFit fitOf(const Model& model, const Weights& weights);

/// True where no weight stands in another shape than the layer it belongs to has in these analyses, one for each graph.
bool shapesFit(const std::vector<const Analysis*>& analyses, const Weights& weights);

} // namespace weft
