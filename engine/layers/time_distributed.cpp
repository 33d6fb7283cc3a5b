// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/held.h"

#include <algorithm>

namespace weft::layers {
namespace {

/// A step is a row to the layer within, and so is its share of the mask.
class TimeDistributedOp final : public LayerOp {
public:
    TimeDistributedOp(std::shared_ptr<const LayerOp> op, std::int64_t times) : m_op(folded(std::move(op), times)), m_times(times) {}

    Booking book(bool training) const override { return m_op->book(training); }
    OutputRange outputRange() const override { return m_op->outputRange(); }
    void forward(const Pass& pass, Rows rows, float* scratch) const override {
        run(pass, [&](const Pass& inner) { m_op->forward(inner, rows, scratch); });
    }
    void backward(const Pass& pass, Rows rows, float* scratch) const override {
        run(pass, [&](const Pass& inner) { m_op->backward(inner, rows, scratch); });
    }
    void weightGradient(const Pass& pass, Part part, float* scratch) const override {
        run(pass, [&](const Pass& inner) { m_op->weightGradient(inner, part, scratch); });
    }
    void gather(const Pass& pass, Part part, float* scratch) const override {
        run(pass, [&](const Pass& inner) { m_op->gather(inner, part, scratch); });
    }
    void gatherBackward(const Pass& pass, Part part, float* scratch) const override {
        run(pass, [&](const Pass& inner) { m_op->gatherBackward(inner, part, scratch); });
    }

private:
    template <class F>
    void run(Pass pass, F f) const {
        const std::int64_t size = pass.inputMaskSizes ? pass.inputMaskSizes[0] / m_times : 0;
        const std::uint8_t* const mask = pass.inputMasks && size * m_times > 0 && size * m_times == pass.inputMaskSizes[0] ? pass.inputMasks[0] : nullptr;
        pass.inputMasks = &mask;
        pass.inputMaskSizes = &size;
        f(pass);
    }

    std::shared_ptr<const LayerOp> m_op;
    std::int64_t m_times;
};

struct TimeDistributed {
    Object layer{"Dense", {}};

    static Binding<TimeDistributed> binding() {
        Binding<TimeDistributed> b;
        b("layer", &TimeDistributed::layer, "Layer", "The layer that works on each step, with the same weights for all of them.").from("layers").required();
        return b;
    }

    static TensorSpec stepOf(const TensorSpec& in) {
        std::vector<std::int64_t> dims = in.shape.dims();
        dims.erase(dims.begin() + 1);
        dims[0] = kUnknown;
        return {Shape(std::move(dims)), in.dtype};
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        const auto held = heldLayer(out, "TimeDistributed", layer, "layer");
        if (held && held->type->inputs.minimum > 1) {
            out.problems.push_back({"held_layer", cat("The layer inside TimeDistributed must take one input, but ", held->type->name, " takes several."), -1, "layer", {}});
            return out;
        }
        if (in.rank() < 3) {
            out.problems.push_back({"rank",
                                    cat("TimeDistributed applies a layer to each step of a sequence, so a sample must have steps and at least one dimension more, but what "
                                        "comes in is ",
                                        sampleText(in), "."),
                                    0, {}, {}});
        }
        if (!out.problems.empty()) {
            return out;
        }
        const TensorSpec step = stepOf(inputs[0]);
        Inference inner = held->type->infer(held->params, std::span(&step, 1));
        adoptProblems(out, inner.problems, layer, "layer", false);
        for (const TensorSpec& spec : inner.outputs) {
            std::vector<std::int64_t> dims = spec.shape.dims();
            dims[0] = in[0];
            dims.insert(dims.begin() + 1, in[1]);
            out.outputs.push_back({Shape(std::move(dims)), spec.dtype});
        }
        for (WeightSpec& weight : inner.weights) {
            weight.trainable = weight.trainable && held->trainable;
        }
        out.weights = std::move(inner.weights);
        out.cost.multiplyAdds = inner.cost.multiplyAdds * std::max(1.0, static_cast<double>(in[1]));
        out.isView = inner.isView;
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        Inference unused;
        const auto held = heldLayer(unused, "TimeDistributed", layer, "layer");
        const TensorSpec step = stepOf(inputs[0]);
        return std::make_shared<TimeDistributedOp>(held->type->build(held->params, std::span(&step, 1)), inputs[0].shape[1]);
    }
};

std::vector<MaskOf> masksOf(const ParamMap& params, std::span<const TensorSpec> inputs, std::span<const std::optional<Shape>> masks) {
    const Inference inference = TimeDistributed::binding().read(params).infer(inputs);
    std::vector<MaskOf> out(inference.outputs.size());
    if (!out.empty() && masks[0] && masks[0]->rank() <= 2) { // a finer one says something of what is within the steps
        out[0] = MaskOf::ofInput(0);
    }
    return out;
}

} // namespace

LayerType time_distributed() {
    LayerType t;
    t.name = "TimeDistributed";
    t.family = Family::recurrent;
    t.help = "Applies one layer, or a whole model, to every step of a sequence with the same weights: to each picture of a film, to each word of a text.";
    t.formula = "yₜ = layer(xₜ) for every step t";
    t.synonyms = {"wrapper", "per step", "sequence", "video", "frames", "map"};
    t.keyParameters = {"layer"};
    bindLayer<TimeDistributed>(t);
    t.masks = masksOf;
    t.foldsTime = true;
    t.isRandom = true; // what it holds may be
    const auto of = [](const char* type, ParamMap params) { return ParamMap{{"layer", Object{type, std::move(params)}}}; };
    t.examples = {{of("Dense", {{"units", 5}, {"activation", "relu"}}), {{{3, 4, 3}}}},
                  {of("Dense", {{"units", 2}, {"name", "answer"}, {"trainable", true}}), {{{2, 3, 2, 5}}}},
                  {of("Conv2D", {{"filters", 2}, {"kernel_size", Value::List{2, 2}}}), {{{2, 2, 3, 4, 2}}}},
                  {of("Flatten", {}), {{{2, 3, 2, 4}}}},
                  {of("Flatten", {{"data_format", "channels_first"}}), {{{2, 3, 2, 4}, DType::int32}}},
                  {of("Dropout", {{"rate", 0.5}}), {{{3, 4, 7}}}},
                  {of("LSTM", {{"units", 2}, {"return_state", true}}), {{{3, 2, 3, 2}}}},
                  {of("Embedding", {{"input_dim", 100}, {"output_dim", 2}}), {{{2, 3, 2}, DType::int32}}},
                  {of("TimeDistributed", of("Dense", {{"units", 3}})), {{{2, 3, 2, 4}}}}};
    return t;
}

} // namespace weft::layers
