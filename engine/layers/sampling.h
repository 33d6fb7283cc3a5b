// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/window.h"

/// Layers whose every number is a weighted sum of few numbers of the same channel, with weights that are not learned: they copy, leave out or blend.
namespace weft::layers {

/// Where the numbers of one dimension of the output come from: at most two places of the input each.
struct Taps {
    struct Tap {
        std::int64_t first = -1, second = -1; ///< -1: none, which is a 0
        float firstShare = 1, secondShare = 0;
    };
    std::vector<Tap> taps; ///< by place of the output

    /// Place i comes from place i - before; 0 outside. For padding, and with `before` < 0 for cropping.
    static Taps shifted(std::int64_t in, std::int64_t out, std::int64_t before);
    /// Each place `times` times.
    static Taps repeated(std::int64_t in, std::int64_t times);
    /// The straight line between the centres of neighbours, as large pixels have them.
    static Taps blended(std::int64_t in, std::int64_t times);
};

/// y[line, column] from x[taps of line, taps of column], for samples (height, width, channels) or with channels first.
std::shared_ptr<const LayerOp> samplingOp(const Image& in, Taps lines, Taps columns, bool channelsFirst);

} // namespace weft::layers
