// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/window.h"

#include "engine/base/text.h"

#include <algorithm>
#include <cmath>

namespace weft::layers {
namespace {

/// Cells from one edge of the window to the other.
std::int64_t spread(const WindowSizes& window, std::size_t axis) { return (window.size[axis] - 1) * window.dilation[axis] + 1; }

/// Padding `same`: as many positions as strides fit; `valid`: only where the whole window lies inside.
std::int64_t outputSize(std::int64_t in, const WindowSizes& window, std::size_t axis) {
    if (in == kUnknown) {
        return kUnknown;
    }
    const std::int64_t stride = window.strides[axis];
    return window.same ? (in + stride - 1) / stride : (in - spread(window, axis) + stride) / stride;
}

/// Cells added before the first; the odd one of `same` goes to the end.
std::int64_t padding(std::int64_t in, const WindowSizes& window, std::size_t axis) {
    if (!window.same) {
        return 0;
    }
    const std::int64_t needed = (outputSize(in, window, axis) - 1) * window.strides[axis] + spread(window, axis);
    return std::max<std::int64_t>(needed - in, 0) / 2;
}

/// A shape of an image that holds these numbers: grey where a square fits, else colour.
std::optional<Image> guessedImage(const Shape& in) {
    if (in.rank() == 3 && in[1] != kUnknown && in[2] != kUnknown) {
        return Image{in[1], in[2], 1};
    }
    if (in.rank() != 2 || in[1] == kUnknown) {
        return std::nullopt;
    }
    for (const std::int64_t channels : {1, 3}) {
        const auto side = std::llround(std::sqrt(static_cast<double>(in[1] / channels)));
        if (side > 1 && side * side * channels == in[1]) {
            return Image{side, side, channels};
        }
    }
    return std::nullopt;
}

class MaxPoolingOp final : public LayerOp {
public:
    explicit MaxPoolingOp(const kernels::Window2D& window, std::int64_t imagesPerSample)
        : m_window(window), m_images(imagesPerSample), m_in(window.inHeight * window.inWidth * window.inChannels),
          m_out(window.outHeight * window.outWidth * window.outChannels) {}

    Booking book(bool training) const override {
        const std::size_t winners = static_cast<std::size_t>(m_images * m_out) * sizeof(std::int32_t);
        return {.stashBytesPerSample = training ? winners : 0, .needsInputs = false, .needsOutputs = false};
    }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const std::int64_t first = rows.begin * m_images;
        std::int32_t* winners = pass.training ? at(static_cast<std::int32_t*>(pass.stash), first, m_out) : nullptr;
        kernels::maxPooling(m_window, rows.count() * m_images, at(floatsOf(pass.inputs[0]), first, m_in), at(floatsOf(pass.outputs[0]), first, m_out),
                            winners);
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        if (float* dx = pass.inputGradients[0]) {
            const std::int64_t first = rows.begin * m_images;
            kernels::maxPoolingGradient(m_window, rows.count() * m_images, at(static_cast<const std::int32_t*>(pass.stash), first, m_out),
                                        at(pass.outputGradients[0], first, m_out), at(dx, first, m_in), pass.accumulate[0]);
        }
    }

private:
    kernels::Window2D m_window;
    std::int64_t m_images;    ///< per sample: with channels first, every channel is an image of its own
    std::int64_t m_in, m_out; ///< numbers per image
};

/// What a window does to one number: how far it may go on each side is cut at the image's edges.
template <class F>
void eachWindow(const kernels::Window2D& w, F f) {
    for (std::int64_t oy = 0; oy < w.outHeight; ++oy) {
        const std::int64_t top = oy * w.strideHeight - w.padTop;
        for (std::int64_t ox = 0; ox < w.outWidth; ++ox) {
            const std::int64_t left = ox * w.strideWidth - w.padLeft;
            const Rows lines{std::max<std::int64_t>(top, 0), std::min(top + w.kernelHeight, w.inHeight)};
            const Rows columns{std::max<std::int64_t>(left, 0), std::min(left + w.kernelWidth, w.inWidth)};
            const std::int64_t cells = std::max<std::int64_t>(lines.count(), 0) * std::max<std::int64_t>(columns.count(), 0);
            f(oy * w.outWidth + ox, lines, columns, cells > 0 ? 1.0F / static_cast<float>(cells) : 0.0F);
        }
    }
}

class AveragePoolingOp final : public LayerOp {
public:
    explicit AveragePoolingOp(const kernels::Window2D& window, std::int64_t imagesPerSample)
        : m_window(window), m_images(imagesPerSample), m_in(window.inHeight * window.inWidth * window.inChannels),
          m_out(window.outHeight * window.outWidth * window.outChannels) {}

    Booking book(bool) const override { return {.needsInputs = false, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const std::int64_t channels = m_window.inChannels;
        for (std::int64_t image = rows.begin * m_images; image < rows.end * m_images; ++image) {
            const float* x = at(floatsOf(pass.inputs[0]), image, m_in);
            float* y = at(floatsOf(pass.outputs[0]), image, m_out);
            eachWindow(m_window, [&](std::int64_t place, Rows lines, Rows columns, float share) {
                float* sum = y + place * channels;
                std::fill_n(sum, channels, 0.0F);
                for (std::int64_t iy = lines.begin; iy < lines.end; ++iy) {
                    for (std::int64_t ix = columns.begin; ix < columns.end; ++ix) {
                        kernels::scaled(1.0F, x + (iy * m_window.inWidth + ix) * channels, sum, channels, true);
                    }
                }
                kernels::scaled(share, sum, sum, channels, false);
            });
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        if (!pass.inputGradients[0]) {
            return;
        }
        const std::int64_t channels = m_window.inChannels;
        for (std::int64_t image = rows.begin * m_images; image < rows.end * m_images; ++image) {
            const float* dy = at(pass.outputGradients[0], image, m_out);
            float* dx = at(pass.inputGradients[0], image, m_in);
            if (!pass.accumulate[0]) {
                std::fill_n(dx, m_in, 0.0F);
            }
            eachWindow(m_window, [&](std::int64_t place, Rows lines, Rows columns, float share) {
                for (std::int64_t iy = lines.begin; iy < lines.end; ++iy) {
                    for (std::int64_t ix = columns.begin; ix < columns.end; ++ix) {
                        kernels::scaled(share, dy + place * channels, dx + (iy * m_window.inWidth + ix) * channels, channels, true);
                    }
                }
            });
        }
    }

private:
    kernels::Window2D m_window;
    std::int64_t m_images;
    std::int64_t m_in, m_out;
};

class AverageOverStepsOp final : public LayerOp {
public:
    AverageOverStepsOp(std::int64_t steps, std::int64_t channels, bool channelsFirst)
        : m_steps(steps), m_channels(channels), m_stepStride(channelsFirst ? 1 : channels), m_channelStride(channelsFirst ? steps : 1) {}

    Booking book(bool) const override { return {.needsInputs = false, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const float* x = at(floatsOf(pass.inputs[0]), row, m_steps * m_channels);
            float* y = at(floatsOf(pass.outputs[0]), row, m_channels);
            const float share = shareOf(pass, row);
            std::fill_n(y, m_channels, 0.0F);
            eachStep(pass, row, [&](std::int64_t step) {
                for (std::int64_t c = 0; c < m_channels; ++c) {
                    y[c] += x[step * m_stepStride + c * m_channelStride];
                }
            });
            for (std::int64_t c = 0; c < m_channels; ++c) {
                y[c] *= share;
            }
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        if (!pass.inputGradients[0]) {
            return;
        }
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const float* dy = at(pass.outputGradients[0], row, m_channels);
            float* dx = at(pass.inputGradients[0], row, m_steps * m_channels);
            const float share = shareOf(pass, row);
            if (!pass.accumulate[0]) {
                std::fill_n(dx, m_steps * m_channels, 0.0F);
            }
            eachStep(pass, row, [&](std::int64_t step) {
                for (std::int64_t c = 0; c < m_channels; ++c) {
                    dx[step * m_stepStride + c * m_channelStride] += dy[c] * share;
                }
            });
        }
    }

private:
    const std::uint8_t* maskOf(const Pass& pass, std::int64_t row) const {
        const std::uint8_t* mask = pass.inputMasks ? pass.inputMasks[0] : nullptr;
        return mask && pass.inputMaskSizes[0] == m_steps ? mask + row * m_steps : nullptr;
    }
    template <class F>
    void eachStep(const Pass& pass, std::int64_t row, F f) const {
        const std::uint8_t* mask = maskOf(pass, row);
        for (std::int64_t step = 0; step < m_steps; ++step) {
            if (!mask || mask[step] != 0) {
                f(step);
            }
        }
    }
    /// 1 / steps that count. Where none does the mean is 0; Keras' is no number.
    float shareOf(const Pass& pass, std::int64_t row) const {
        std::int64_t count = 0;
        eachStep(pass, row, [&](std::int64_t) { ++count; });
        return 1.0F / static_cast<float>(std::max<std::int64_t>(count, 1));
    }

    std::int64_t m_steps, m_channels, m_stepStride, m_channelStride;
};

} // namespace

Image imageOf(const Shape& shape, bool channelsFirst) {
    return channelsFirst ? Image{shape[2], shape[3], shape[1]} : Image{shape[1], shape[2], shape[3]};
}

Shape shapeOf(std::int64_t batch, const Image& image, bool channelsFirst) {
    return channelsFirst ? Shape{batch, image.channels, image.height, image.width} : Shape{batch, image.height, image.width, image.channels};
}

Image sequenceOf(const Shape& shape, bool channelsFirst) { return channelsFirst ? Image{1, shape[2], shape[1]} : Image{1, shape[1], shape[2]}; }

Shape shapeOfSequence(std::int64_t batch, const Image& image, bool channelsFirst) {
    return channelsFirst ? Shape{batch, image.channels, image.width} : Shape{batch, image.width, image.channels};
}

bool wantSequence(Inference& out, std::string_view layer, const Shape& in, bool channelsFirst) {
    if (in.rank() == 3) {
        return true;
    }
    std::vector<FixHint> fixes;
    if (in.rank() == 2 && isSize(in[1])) {
        const Shape target = shapeOfSequence(kUnknown, {1, in[1], 1}, channelsFirst);
        fixes.push_back(insertBefore(cat("Insert Reshape to ", target.wireText()), "Reshape", {{"target_shape", target.withoutBatch().dims()}}));
    }
    out.problems.push_back({"rank",
                            cat(layer, " looks at sequences: each sample needs two sizes, ", channelsFirst ? "channels × steps" : "steps × channels",
                                ", but what comes in is ", sampleText(in), "."),
                            0, {}, std::move(fixes)});
    return false;
}

bool wantImages(Inference& out, std::string_view layer, const Shape& in, bool channelsFirst) {
    if (in.rank() == 4) {
        return true;
    }
    std::vector<FixHint> fixes;
    if (const auto image = guessedImage(in); image && isSize(image->height) && isSize(image->width)) {
        const Shape target = shapeOf(kUnknown, *image, channelsFirst).withoutBatch();
        fixes.push_back(insertBefore(cat("Insert Reshape to ", target.prepended(kUnknown).wireText()), "Reshape", {{"target_shape", target.dims()}}));
    }
    out.problems.push_back({"rank",
                            cat(layer, " looks at images: each sample needs three sizes, ",
                                channelsFirst ? "channels × height × width" : "height × width × channels", ", but what comes in is ", sampleText(in), "."),
                            0, {}, std::move(fixes)});
    return false;
}

Image slide(Inference& out, const Image& in, const WindowSizes& window, std::string_view layer, const std::string& noun, const std::string& parameter,
            const std::string& code) {
    const Image result{outputSize(in.height, window, 0), outputSize(in.width, window, 1), in.channels};
    const bool tooHigh = in.height != kUnknown && result.height < 1;
    const bool tooWide = in.width != kUnknown && result.width < 1;
    if (!tooHigh && !tooWide) {
        return result;
    }
    const bool dilated = window.dilation[0] > 1 || window.dilation[1] > 1;
    std::vector<FixHint> fixes = {setParameter("Use padding same", "padding", kPaddings[1])};
    if (!dilated) {
        const std::int64_t height = tooHigh ? in.height : window.size[0];
        const std::int64_t width = tooWide ? in.width : window.size[1];
        fixes.push_back(setParameter(cat("Make the ", noun, " ", height, " × ", width), parameter, Value::List{height, width}));
    }
    const auto sizeText = [](std::int64_t size) { return size == kUnknown ? std::string("?") : std::to_string(size); };
    out.problems.push_back({code,
                            cat("The ", noun, " of ", layer, " is ", spread(window, 0), " × ", spread(window, 1), dilated ? " with its dilation" : "",
                                ", larger than the image of ", sizeText(in.height), " × ", sizeText(in.width),
                                " that comes in, so it fits nowhere. Use a smaller one, or padding same."),
                            0, parameter, std::move(fixes)});
    return {tooHigh ? kUnknown : result.height, tooWide ? kUnknown : result.width, in.channels};
}

Image slideAlong(Inference& out, const Image& in, const WindowSizes& window, std::string_view layer, const std::string& noun, const std::string& parameter,
                 const std::string& code) {
    const Image result{1, outputSize(in.width, window, 1), in.channels};
    if (in.width == kUnknown || result.width >= 1) {
        return result;
    }
    std::vector<FixHint> fixes = {setParameter("Use padding same", "padding", kPaddings[1])};
    if (window.dilation[1] == 1) {
        fixes.push_back(setParameter(cat("Make the ", noun, " ", in.width, in.width == 1 ? " step long" : " steps long"), parameter, Value::List{in.width}));
    }
    out.problems.push_back({code,
                            cat("The ", noun, " of ", layer, " is ", spread(window, 1), " steps long", window.dilation[1] > 1 ? " with its dilation" : "",
                                ", longer than the sequence of ", in.width, " that comes in, so it fits nowhere. Use a shorter one, or padding same."),
                            0, parameter, std::move(fixes)});
    return {1, kUnknown, in.channels};
}

kernels::Window2D window2D(const Image& in, std::int64_t outChannels, const WindowSizes& window) {
    kernels::Window2D w;
    w.inHeight = in.height;
    w.inWidth = in.width;
    w.inChannels = in.channels;
    w.outHeight = outputSize(in.height, window, 0);
    w.outWidth = outputSize(in.width, window, 1);
    w.outChannels = outChannels;
    w.kernelHeight = window.size[0];
    w.kernelWidth = window.size[1];
    w.strideHeight = window.strides[0];
    w.strideWidth = window.strides[1];
    w.dilationHeight = window.dilation[0];
    w.dilationWidth = window.dilation[1];
    w.padTop = padding(in.height, window, 0);
    w.padLeft = padding(in.width, window, 1);
    return w;
}

std::shared_ptr<const LayerOp> maxPoolingOp(const Image& in, const WindowSizes& window) {
    const Image each{in.height, in.width, window.channelsFirst ? 1 : in.channels};
    return std::make_shared<MaxPoolingOp>(window2D(each, each.channels, window), window.channelsFirst ? in.channels : 1);
}

std::shared_ptr<const LayerOp> averagePoolingOp(const Image& in, const WindowSizes& window) {
    const Image each{in.height, in.width, window.channelsFirst ? 1 : in.channels};
    return std::make_shared<AveragePoolingOp>(window2D(each, each.channels, window), window.channelsFirst ? in.channels : 1);
}

std::shared_ptr<const LayerOp> averageOverStepsOp(const Image& sequence, bool channelsFirst) {
    return std::make_shared<AverageOverStepsOp>(sequence.width, sequence.channels, channelsFirst);
}

std::vector<LayerExample> withChannelsFirst(std::vector<LayerExample> examples) {
    const std::size_t last = examples.size();
    for (std::size_t i = 0; i < last; ++i) {
        LayerExample first = examples[i];
        first.params["data_format"] = kDataFormats[1];
        std::vector<std::int64_t> dims = first.inputs[0].shape.dims();
        std::rotate(dims.begin() + 1, dims.end() - 1, dims.end());
        first.inputs[0].shape = Shape(std::move(dims));
        examples.push_back(std::move(first));
    }
    return examples;
}

} // namespace weft::layers
