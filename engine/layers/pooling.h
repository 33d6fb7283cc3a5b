// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/window.h"

#include "engine/base/text.h"

namespace weft::layers {

/// An image's or a sequence's place in a shape with batch; a sequence is an image of one line.
template <int Dims>
Image placeOf(const Shape& shape, bool channelsFirst) {
    return Dims == 2 ? imageOf(shape, channelsFirst) : sequenceOf(shape, channelsFirst);
}
template <int Dims>
Shape shapeAs(std::int64_t batch, const Image& image, bool channelsFirst) {
    return Dims == 2 ? shapeOf(batch, image, channelsFirst) : shapeOfSequence(batch, image, channelsFirst);
}
template <int Dims>
bool wantPlaces(Inference& out, std::string_view layer, const Shape& in, bool channelsFirst) {
    return Dims == 2 ? wantImages(out, layer, in, channelsFirst) : wantSequence(out, layer, in, channelsFirst);
}

/// The parameters of a pooling layer over `Dims` dimensions; Average or else Max.
template <int Dims, bool Average>
struct Pooling {
    std::vector<std::int64_t> pool_size = std::vector<std::int64_t>(Dims, 2);
    std::optional<std::vector<std::int64_t>> strides;
    std::string padding = kPaddings[0];
    std::string data_format = kDataFormats[0];

    static std::string name() { return cat(Average ? "Average" : "Max", "Pooling", Dims, "D"); }

    static Binding<Pooling> binding() {
        Binding<Pooling> b;
        auto pool = b("pool_size", &Pooling::pool_size, "Pool size",
                      Dims == 1 ? (Average ? "Number of steps whose mean is taken. 2 halves the sequence." : "Number of steps of which the largest is kept. 2 halves the sequence.")
                                : (Average ? "Height and width of the window, whose mean is taken. 2 × 2 halves the image."
                                           : "Height and width of the window, of whose pixels the largest is kept. 2 × 2 halves the image."));
        pool.length(Dims).min(1).max(1e6);
        if (Average) {
            pool.required();
        }
        b("strides", &Pooling::strides, "Strides", "Steps from one window to the next; none: as large as the window.").length(Dims).min(1).max(1e6);
        b("padding", &Pooling::padding, "Padding",
          "valid: only windows that lie inside; same: windows may reach over the edge, so that nothing is left out; what lies outside does not count.")
            .choices(kPaddings);
        b("data_format", &Pooling::data_format, "Data format", "Whether channels are the last dimension of a sample or the first.")
            .choices(kDataFormats).advanced();
        return b;
    }

    WindowSizes window() const {
        std::vector<std::int64_t> size = pool_size;
        std::vector<std::int64_t> steps = strides.value_or(pool_size);
        if (Dims == 1) {
            size.insert(size.begin(), 1);
            steps.insert(steps.begin(), 1);
        }
        return {size, steps, {1, 1}, padding == kPaddings[1], channelsFirst(data_format)};
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        wantFloat(out, name(), inputs);
        const WindowSizes sizes = window();
        if (!wantPlaces<Dims>(out, name(), inputs[0].shape, sizes.channelsFirst)) {
            return out;
        }
        const Image in = placeOf<Dims>(inputs[0].shape, sizes.channelsFirst);
        const Image result = Dims == 2 ? slide(out, in, sizes, name(), "pool", "pool_size", "pool_too_large")
                                       : slideAlong(out, in, sizes, name(), "pool", "pool_size", "pool_too_large");
        out.outputs.push_back({shapeAs<Dims>(inputs[0].shape[0], result, sizes.channelsFirst), DType::float32});
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const WindowSizes sizes = window();
        const Image in = placeOf<Dims>(inputs[0].shape, sizes.channelsFirst);
        return Average ? averagePoolingOp(in, sizes) : maxPoolingOp(in, sizes);
    }

    /// Every path: paddings, strides, data formats.
    static std::vector<LayerExample> examples() {
        using L = Value::List;
        std::vector<LayerExample> e;
        if (Dims == 1) {
            e = {{{}, {{{2, 6, 3}}}},
                 {{}, {{{2, 5, 17}}}},
                 {{{"pool_size", L{3}}, {"strides", L{1}}}, {{{2, 6, 2}}}},
                 {{{"pool_size", L{3}}, {"strides", L{2}}, {"padding", "same"}}, {{{3, 6, 2}}}},
                 {{{"pool_size", L{2}}, {"strides", L{3}}}, {{{2, 8, 2}}}}};
        } else {
            e = {{{}, {{{2, 4, 6, 3}}}},
                 {{}, {{{2, 5, 7, 17}}}},
                 {{{"pool_size", L{3, 2}}, {"strides", L{2, 1}}}, {{{2, 6, 5, 2}}}},
                 {{{"pool_size", L{3, 3}}, {"strides", L{2, 2}}, {"padding", "same"}}, {{{3, 5, 4, 2}}}},
                 {{{"pool_size", L{2, 2}}, {"strides", L{1, 1}}, {"padding", "same"}}, {{{2, 3, 3, 1}}}},
                 {{{"pool_size", L{2, 2}}, {"strides", L{3, 3}}}, {{{2, 7, 8, 2}}}}};
        }
        return withChannelsFirst(std::move(e));
    }
};

/// The parameters of a layer that makes one number of each channel, over `Dims` dimensions.
template <int Dims, bool Average>
struct GlobalPooling {
    std::string data_format = kDataFormats[0];
    bool keepdims = false;

    static std::string name() { return cat("Global", Average ? "Average" : "Max", "Pooling", Dims, "D"); }

    static Binding<GlobalPooling> binding() {
        Binding<GlobalPooling> b;
        b("keepdims", &GlobalPooling::keepdims, "Keep dimensions",
          Dims == 1 ? "The output stays a sequence, of one step, instead of a list of numbers." : "The output stays an image, of one pixel, instead of a list of numbers.");
        b("data_format", &GlobalPooling::data_format, "Data format", "Whether channels are the last dimension of a sample or the first.")
            .choices(kDataFormats).advanced();
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        const bool first = channelsFirst(data_format);
        wantFloat(out, name(), inputs);
        if (wantPlaces<Dims>(out, name(), in, first)) {
            const std::int64_t channels = placeOf<Dims>(in, first).channels;
            out.outputs.push_back({keepdims ? shapeAs<Dims>(in[0], {1, 1, channels}, first) : Shape{in[0], channels}, DType::float32});
        }
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const bool first = channelsFirst(data_format);
        const Image in = placeOf<Dims>(inputs[0].shape, first);
        const WindowSizes all{{in.height, in.width}, {1, 1}, {1, 1}, false, first};
        if (Average && Dims == 1) {
            return averageOverStepsOp(in, first);
        }
        return Average ? averagePoolingOp(in, all) : maxPoolingOp(in, all);
    }

    static std::vector<LayerExample> examples() {
        std::vector<LayerExample> e;
        if (Dims == 1) {
            e = {{{}, {{{3, 4, 2}}}}, {{}, {{{2, 3, 19}}}}, {{{"keepdims", true}}, {{{2, 3, 5}}}}};
        } else {
            e = {{{}, {{{3, 4, 5, 2}}}}, {{}, {{{2, 3, 3, 19}}}}, {{{"keepdims", true}}, {{{2, 3, 2, 5}}}}};
        }
        return withChannelsFirst(std::move(e));
    }
};

} // namespace weft::layers
