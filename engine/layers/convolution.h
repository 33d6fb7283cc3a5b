// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/window.h"

/// What layers share that multiply a window of an image, or of a sequence, with a kernel.
namespace weft::layers {

/// y = activation(x ∗ kernel [+ bias]). Weights: kernel (kernelHeight, kernelWidth, inChannels / groups, outChannels), bias (outChannels).
/// The window counts channels last; with `channelsFirst`, samples are (channels, height, width) and are turned on the way in and out.
std::shared_ptr<const LayerOp> convolutionOp(const kernels::Window2D& window, kernels::Activation activation, bool useBias, bool channelsFirst);

/// The same where every channel that comes in is a group of its own, under Keras' kernel (kernelHeight, kernelWidth, inChannels, multiplier).
std::shared_ptr<const LayerOp> depthwiseOp(const kernels::Window2D& window, kernels::Activation activation, bool useBias, bool channelsFirst);

/// `second` after `first`, which has the first `weightsOfFirst` weights and hands on `between` numbers per sample.
std::shared_ptr<const LayerOp> chainedOp(std::shared_ptr<const LayerOp> first, std::shared_ptr<const LayerOp> second, std::int64_t between,
                                         std::size_t weightsOfFirst);

/// The parameters that convolutions have, one number per dimension that the window moves along.
struct ConvolutionSizes {
    std::vector<std::int64_t> kernel, strides, dilation;
    std::int64_t filters = 1, groups = 1;
};
/// Problems of the parameters among themselves. `layer` begins the sentences.
void checkConvolution(Inference& out, std::string_view layer, const ConvolutionSizes& sizes);
/// Problems of the number of channels that come in; false: no weights can be made.
bool checkChannels(Inference& out, std::string_view layer, const Shape& in, std::int64_t channels, std::int64_t groups);

} // namespace weft::layers
