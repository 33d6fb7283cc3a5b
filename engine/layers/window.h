// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/support.h"

/// What layers share that move a window over images.
namespace weft::layers {

/// Choices of a parameter `padding`.
inline const std::vector<std::string> kPaddings = {"valid", "same"};

/// An image's sizes, found in a shape with batch under a data format.
struct Image {
    std::int64_t height = kUnknown, width = kUnknown, channels = kUnknown;
};
Image imageOf(const Shape& shape, bool channelsFirst);
/// The other way round.
Shape shapeOf(std::int64_t batch, const Image& image, bool channelsFirst);

/// The same of a sequence, (steps, channels), seen as an image of one line.
Image sequenceOf(const Shape& shape, bool channelsFirst);
Shape shapeOfSequence(std::int64_t batch, const Image& image, bool channelsFirst);

/// A window's parameters, each of height and width.
struct WindowSizes {
    std::vector<std::int64_t> size, strides, dilation;
    bool same = false;
    bool channelsFirst = false;
};

/// Adds the problem `rank` where the input is no batch of images, with a Reshape as the fix where one can be guessed.
bool wantImages(Inference& out, std::string_view layer, const Shape& in, bool channelsFirst);

/// The same for sequences.
bool wantSequence(Inference& out, std::string_view layer, const Shape& in, bool channelsFirst);

/// Sizes of the image that comes out (channels are left as they are), unknown where the input's are. Where the window does
/// not fit, adds the problem `code`; `noun` is what the window is called, `parameter` where its size is set.
Image slide(Inference& out, const Image& in, const WindowSizes& window, std::string_view layer, const std::string& noun, const std::string& parameter,
            const std::string& code);

/// The same along a sequence; in sentences and fixes the window has one size.
Image slideAlong(Inference& out, const Image& in, const WindowSizes& window, std::string_view layer, const std::string& noun, const std::string& parameter,
                 const std::string& code);

/// Geometry for the kernels; all sizes known, and the window fits.
kernels::Window2D window2D(const Image& in, std::int64_t outChannels, const WindowSizes& window);

/// A max-pooling op over this geometry.
std::shared_ptr<const LayerOp> maxPoolingOp(const Image& in, const WindowSizes& window);
/// The mean of every window; cells outside the image do not count.
std::shared_ptr<const LayerOp> averagePoolingOp(const Image& in, const WindowSizes& window);
/// The mean of each channel over the steps that a mask leaves, or over all.
std::shared_ptr<const LayerOp> averageOverStepsOp(const Image& sequence, bool channelsFirst);

/// These examples, and all of them with channels first, too.
std::vector<LayerExample> withChannelsFirst(std::vector<LayerExample> examples);

} // namespace weft::layers
