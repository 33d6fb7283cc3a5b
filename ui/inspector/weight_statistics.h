// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tensor/tensor.h"

#include <vector>

namespace weft::ui {

struct WeightStatistics {
    double least = 0, most = 0, mean = 0;
    std::vector<double> bars; ///< how many values in each of equal parts of least..most
};

/// Of the finite values of a tensor of floats.
WeightStatistics statisticsOf(const Tensor& weight, int bars);

} // namespace weft::ui
