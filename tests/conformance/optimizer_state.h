// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/weights.h"
#include "tests/conformance/case.h"

namespace weft::conformance {

/// Batches that one update takes.
std::int64_t accumulationOf(const Object& optimizer);

/// Keras' optimizer variables (iteration, learning rate, slots by the ends of their names) against a state. `keys`: the trained weights in
/// Keras' order. Every slot of the state must be among the variables, and the other way round.
void compareOptimizerState(Case& c, const Json& variables, const OptimizerState& state, const std::vector<WeightKey>& keys,
                           double learningRate);

} // namespace weft::conformance
