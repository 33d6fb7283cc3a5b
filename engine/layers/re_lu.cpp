// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/pointwise.h"

#include <limits>

namespace weft::layers {
namespace {

struct ReLU {
    std::optional<double> max_value;
    double negative_slope = 0;
    double threshold = 0;

    static Binding<ReLU> binding() {
        Binding<ReLU> b;
        b("max_value", &ReLU::max_value, "Largest value", "What is larger becomes this; none: no limit.").min(0);
        b("negative_slope", &ReLU::negative_slope, "Negative slope", "What numbers below the threshold are multiplied by; 0 cuts them off.").min(0);
        b("threshold", &ReLU::threshold, "Threshold", "Numbers above it are handed on as they are.").min(0).advanced();
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const { return inferPointwise("ReLU", inputs); }
    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const double largest = max_value.value_or(std::numeric_limits<double>::infinity());
        return pointwiseOp(inputs, Rectifier{static_cast<float>(negative_slope), static_cast<float>(threshold), static_cast<float>(largest)});
    }
};

} // namespace

LayerType re_lu() {
    LayerType t;
    t.name = "ReLU";
    t.family = Family::activation;
    t.help = "Cuts off what is negative and hands on the rest; the usual bend between the layers of a network.";
    t.formula = "y = max(x, 0)";
    t.synonyms = {"rectifier", "rectified linear unit", "relu6", "clip", "nonlinearity"};
    t.keyParameters = {"max_value"};
    bindLayer<ReLU>(t);
    t.masks = passMask;
    t.examples = {{{}, {{{3, 17}}}},
                  {{{"max_value", 1.0}}, {{{3, 4, 5}}}},
                  {{{"negative_slope", 0.2}, {"threshold", 0.5}}, {{{4, 9}}}},
                  {{{"max_value", 1.5}, {"negative_slope", 0.1}, {"threshold", 0.25}}, {{{6}}}}};
    return t;
}

} // namespace weft::layers
