// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/window.h"

namespace weft::layers {
namespace {

struct MaxPooling2D {
    std::vector<std::int64_t> pool_size = {2, 2};
    std::optional<std::vector<std::int64_t>> strides;
    std::string padding = kPaddings[0];
    std::string data_format = kDataFormats[0];

    static Binding<MaxPooling2D> binding() {
        Binding<MaxPooling2D> b;
        b("pool_size", &MaxPooling2D::pool_size, "Pool size", "Height and width of the window, of whose pixels the largest is kept. 2 × 2 halves the image.")
            .length(2).min(1).max(1e6);
        b("strides", &MaxPooling2D::strides, "Strides", "Steps down and to the right from one window to the next; none: as large as the window.")
            .length(2).min(1).max(1e6);
        b("padding", &MaxPooling2D::padding, "Padding",
          "valid: only windows that lie inside the image; same: windows may reach over the edge, so that no pixel is left out.")
            .choices(kPaddings);
        b("data_format", &MaxPooling2D::data_format, "Data format", "Whether channels are the last dimension of a sample or the first.")
            .choices(kDataFormats).advanced();
        return b;
    }

    WindowSizes window() const { return {pool_size, strides.value_or(pool_size), {1, 1}, padding == kPaddings[1], channelsFirst(data_format)}; }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        wantFloat(out, "MaxPooling2D", inputs);
        const WindowSizes sizes = window();
        if (!wantImages(out, "MaxPooling2D", inputs[0].shape, sizes.channelsFirst)) {
            return out;
        }
        const Image in = imageOf(inputs[0].shape, sizes.channelsFirst);
        const Image result = slide(out, in, sizes, "MaxPooling2D", "pool", "pool_size", "pool_too_large");
        out.outputs.push_back({shapeOf(inputs[0].shape[0], result, sizes.channelsFirst), DType::float32});
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const WindowSizes sizes = window();
        return maxPoolingOp(imageOf(inputs[0].shape, sizes.channelsFirst), sizes);
    }
};

std::vector<LayerExample> examples() {
    using L = Value::List;
    return {{{}, {{{2, 4, 6, 3}}}},
            {{}, {{{2, 5, 7, 17}}}},
            {{{"pool_size", L{3, 2}}, {"strides", L{2, 1}}}, {{{2, 6, 5, 2}}}},
            {{{"pool_size", L{3, 3}}, {"strides", L{2, 2}}, {"padding", "same"}}, {{{3, 5, 4, 2}}}},
            {{{"pool_size", L{2, 2}}, {"strides", L{1, 1}}, {"padding", "same"}}, {{{2, 3, 3, 1}}}},
            {{{"pool_size", L{2, 2}}, {"strides", L{3, 3}}}, {{{2, 7, 8, 2}}}},
            {{{"data_format", "channels_first"}}, {{{2, 3, 4, 5}}}},
            {{{"pool_size", L{3, 3}}, {"strides", L{2, 2}}, {"padding", "same"}, {"data_format", "channels_first"}}, {{{3, 2, 5, 4}}}}};
}

} // namespace

LayerType max_pooling2d() {
    LayerType t;
    t.name = "MaxPooling2D";
    t.family = Family::pooling;
    t.help = "Shrinks an image: of every window of pixels only the largest value remains.";
    t.formula = "y = max of x over the window";
    t.synonyms = {"pooling", "max pool", "MaxPool2D", "downsample", "subsample", "shrink"};
    t.keyParameters = {"pool_size", "strides"};
    bindLayer<MaxPooling2D>(t);
    t.examples = examples();
    return t;
}

} // namespace weft::layers
