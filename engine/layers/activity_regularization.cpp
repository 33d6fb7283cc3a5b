// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/rules.h"
#include "engine/layers/support.h"
#include "engine/regularizers/regularizer_type.h"

namespace weft::layers {
namespace {

struct ActivityRegularization {
    double l1 = 0;
    double l2 = 0;

    static Binding<ActivityRegularization> binding() {
        Binding<ActivityRegularization> b;
        b("l1", &ActivityRegularization::l1, "L1", "What the size of every number costs: many of them become 0.").min(0);
        b("l2", &ActivityRegularization::l2, "L2", "What the square of every number costs: large ones become smaller.").min(0);
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        wantFloat(out, "ActivityRegularization", inputs);
        out.outputs.push_back({inputs[0].shape, DType::float32});
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const std::int64_t count = inputs[0].shape.count(1);
        return withActivityRegularizer(copyOp(count, sizeof(float)), Object{"L1L2", {{"l1", l1}, {"l2", l2}}}, count);
    }
};

} // namespace

LayerType activity_regularization() {
    LayerType t;
    t.name = "ActivityRegularization";
    t.family = Family::regularization;
    t.help = "Hands on what comes in, but makes large numbers cost something while training, so that the layers before keep them small.";
    t.formula = "y = x; loss + (l1 · Σ|x| + l2 · Σx²) / batch";
    t.synonyms = {"sparse", "penalty", "regularizer", "L1", "L2"};
    t.keyParameters = {"l1", "l2"};
    bindLayer<ActivityRegularization>(t);
    t.masks = passMask;
    t.examples = {{{{"l1", 0.1}, {"l2", 0.2}}, {{{3, 7}}}}, {{}, {{{2, 3, 17}}}}};
    return t;
}

} // namespace weft::layers
