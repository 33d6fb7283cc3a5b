// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/support.h"

namespace weft::layers {
namespace {

struct Identity {
    static Binding<Identity> binding() { return {}; }
    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        out.outputs.push_back(inputs[0]);
        out.isView = true;
        return out;
    }
    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const { return copyOp(inputs[0].shape.count(1), sizeOf(inputs[0].dtype)); }
};

} // namespace

LayerType identity() {
    LayerType t;
    t.name = "Identity";
    t.family = Family::core;
    t.help = "Hands on what comes in, as it is: a place with a name, to build at later.";
    t.formula = "y = x";
    t.synonyms = {"nothing", "pass through", "no-op", "placeholder"};
    bindLayer<Identity>(t);
    t.masks = passMask;
    t.examples = {{{}, {{{3, 5}}}}, {{}, {{{4}}}}, {{}, {{{2, 3, 2}, DType::int32}}}};
    return t;
}

} // namespace weft::layers
