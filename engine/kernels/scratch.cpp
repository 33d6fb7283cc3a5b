// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/kernels.h"

#include <algorithm>

namespace weft::kernels {

std::size_t convolutionScratch(const Window2D& w) {
    constexpr std::int64_t widestVector = 16;
    const std::int64_t kernelRows = w.kernelHeight * w.kernelWidth * (w.inChannels / w.groups);
    const std::int64_t padded = ((w.outHeight - 1) * w.strideHeight + (w.kernelHeight - 1) * w.dilationHeight + 1) *
                                ((w.outWidth - 1) * w.strideWidth + (w.kernelWidth - 1) * w.dilationWidth + 1) * w.inChannels;
    // The last columns of each group's kernel, padded to a vector.
    const std::int64_t forward = padded + w.groups * kernelRows * widestVector;
    const std::int64_t turned = kernelRows * w.outChannels;
    const std::int64_t paddedOutput = ((w.inHeight + w.strideHeight - 1) / w.strideHeight + (w.kernelHeight - 1) * w.dilationHeight) *
                                      ((w.inWidth + w.strideWidth - 1) / w.strideWidth + (w.kernelWidth - 1) * w.dilationWidth) *
                                      w.outChannels;
    const std::int64_t inputGradient = turned + paddedOutput + w.kernelHeight * w.kernelWidth * w.outChannels * widestVector;
    const std::int64_t kernelGradient = padded + w.outHeight * w.outWidth * widestVector;
    return static_cast<std::size_t>(std::max({forward, inputGradient, kernelGradient, std::int64_t{0}}));
}

} // namespace weft::kernels
