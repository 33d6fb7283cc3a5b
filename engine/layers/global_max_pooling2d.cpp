// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/window.h"

namespace weft::layers {
namespace {

struct GlobalMaxPooling2D {
    std::string data_format = kDataFormats[0];
    bool keepdims = false;

    static Binding<GlobalMaxPooling2D> binding() {
        Binding<GlobalMaxPooling2D> b;
        b("keepdims", &GlobalMaxPooling2D::keepdims, "Keep dimensions", "The output stays an image, of one pixel, instead of a list of numbers.");
        b("data_format", &GlobalMaxPooling2D::data_format, "Data format", "Whether channels are the last dimension of a sample or the first.")
            .choices(kDataFormats).advanced();
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        const bool first = channelsFirst(data_format);
        wantFloat(out, "GlobalMaxPooling2D", inputs);
        if (wantImages(out, "GlobalMaxPooling2D", in, first)) {
            const std::int64_t channels = imageOf(in, first).channels;
            out.outputs.push_back({keepdims ? shapeOf(in[0], {1, 1, channels}, first) : Shape{in[0], channels}, DType::float32});
        }
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const bool first = channelsFirst(data_format);
        const Image in = imageOf(inputs[0].shape, first);
        return maxPoolingOp(in, {{in.height, in.width}, {1, 1}, {1, 1}, false, first});
    }
};

} // namespace

LayerType global_max_pooling2d() {
    LayerType t;
    t.name = "GlobalMaxPooling2D";
    t.family = Family::pooling;
    t.help = "Keeps only the largest value of each channel of an image, wherever it is.";
    t.formula = "y = max of x over height and width";
    t.synonyms = {"global pooling", "GlobalMaxPool2D", "reduce max", "max"};
    bindLayer<GlobalMaxPooling2D>(t);
    t.examples = {{{}, {{{3, 4, 5, 2}}}},
                  {{}, {{{2, 3, 3, 19}}}},
                  {{{"keepdims", true}}, {{{2, 3, 2, 5}}}},
                  {{{"data_format", "channels_first"}}, {{{2, 5, 3, 2}}}},
                  {{{"data_format", "channels_first"}, {"keepdims", true}}, {{{3, 2, 4, 3}}}}};
    return t;
}

} // namespace weft::layers
