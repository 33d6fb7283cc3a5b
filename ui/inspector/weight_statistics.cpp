// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/weight_statistics.h"

#include <algorithm>
#include <cmath>

namespace weft::ui {

WeightStatistics statisticsOf(const Tensor& weight, int bars) {
    WeightStatistics statistics;
    statistics.bars.assign(static_cast<std::size_t>(bars), 0);
    double sum = 0;
    std::int64_t count = 0;
    if (weight.dtype() != DType::float32) {
        return statistics;
    }
    for (const float value : weight.floats()) {
        if (std::isfinite(value)) {
            statistics.least = count == 0 ? value : std::min(statistics.least, double{value});
            statistics.most = count == 0 ? value : std::max(statistics.most, double{value});
            sum += value;
            ++count;
        }
    }
    if (count == 0) {
        return statistics;
    }
    statistics.mean = sum / static_cast<double>(count);
    const double width = statistics.most - statistics.least;
    for (const float value : weight.floats()) {
        if (std::isfinite(value)) {
            const int bar = width > 0 ? static_cast<int>((value - statistics.least) / width * bars) : bars / 2;
            ++statistics.bars[static_cast<std::size_t>(std::clamp(bar, 0, bars - 1))];
        }
    }
    return statistics;
}

} // namespace weft::ui
