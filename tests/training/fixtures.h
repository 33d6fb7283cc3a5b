// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/train.h"
#include "tests/model/graphs.h"

namespace weft::test {

/// A column of these numbers as they are.
Column columnOf(Tensor numbers);

/// Two spirals that wind around each other: points `x` (rows, 2) and the number of their arm `y` (rows), with a little noise.
/// Columns `weights` (rows): all 1, and `zeros` (rows): 0 for arm 1 and 1 for arm 0.
std::shared_ptr<const Dataset> spirals(std::int64_t rows, std::uint64_t seed = 1);

/// A request for a perceptron `x` (2) -> dense layers -> `scores` (2) on the spirals, with Adam and accuracy.
/// `dropout` 0: none.
TrainRequest spiralRequest(std::vector<std::int64_t> hidden, double dropout, std::int64_t rows);

/// The weights of two runs, bit for bit.
bool same(const Weights& a, const Weights& b);

} // namespace weft::test
