// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/support.h"

#include <algorithm>

namespace weft::layers {
namespace {

class MaskingOp final : public LayerOp {
public:
    MaskingOp(std::int64_t steps, std::int64_t features, double value) : m_steps(steps), m_features(features), m_value(static_cast<float>(value)) {}

    Booking book(bool) const override { return {.needsInputs = true, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const auto* const in = floatsOf(pass.inputs[0]);
        std::uint8_t* const mask = pass.outputMasks ? pass.outputMasks[0] : nullptr;
        for (std::int64_t step = rows.begin * m_steps; step < rows.end * m_steps; ++step) {
            const bool isThere = counts(at(in, step, m_features));
            kernels::scaled(isThere ? 1.0F : 0.0F, at(in, step, m_features), at(floatsOf(pass.outputs[0]), step, m_features), m_features, false);
            if (mask) {
                mask[step] = isThere;
            }
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        float* const dx = pass.inputGradients[0];
        for (std::int64_t step = rows.begin * m_steps; dx && step < rows.end * m_steps; ++step) {
            const float scale = counts(at(floatsOf(pass.inputs[0]), step, m_features)) ? 1.0F : 0.0F;
            kernels::scaled(scale, at(pass.outputGradients[0], step, m_features), at(dx, step, m_features), m_features, pass.accumulate[0]);
        }
    }

private:
    bool counts(const float* x) const {
        return std::any_of(x, x + m_features, [this](float v) { return v != m_value; });
    }

    std::int64_t m_steps, m_features; ///< per sample; per step
    float m_value;
};

struct Masking {
    double mask_value = 0;

    static Binding<Masking> binding() {
        Binding<Masking> b;
        b("mask_value", &Masking::mask_value, "Mask value", "A step all of whose numbers are this one does not count, as where short sequences are filled up.");
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        wantFloat(out, "Masking", inputs);
        if (inputs[0].shape.rank() < 2) {
            out.problems.push_back({"rank",
                                    "Masking looks at the list of numbers of each step, but what comes in is a single number per sample. Flatten makes a list of one "
                                    "number of it.",
                                    0, {}, {insertBefore("Insert Flatten", "Flatten")}});
        }
        out.outputs.push_back({inputs[0].shape, DType::float32});
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const Shape& in = inputs[0].shape;
        return std::make_shared<MaskingOp>(in.count(1) / in.back(), in.back(), mask_value);
    }
};

} // namespace

LayerType masking() {
    LayerType t;
    t.name = "Masking";
    t.family = Family::core;
    t.help = "Marks the steps of a sequence that do not count, so that layers that know of masks pass over them.";
    t.formula = "y = x, where not all of a step is mask_value; else y = 0";
    t.synonyms = {"mask", "padding", "variable length", "skip"};
    t.keyParameters = {"mask_value"};
    bindLayer<Masking>(t);
    t.masks = [](const ParamMap&, std::span<const TensorSpec> inputs, std::span<const std::optional<Shape>>) {
        std::vector<std::int64_t> dims = inputs[0].shape.dims();
        if (dims.size() < 2) {
            return std::vector<MaskOf>(1);
        }
        dims.pop_back();
        return std::vector<MaskOf>{MaskOf::own(Shape(std::move(dims)))};
    };
    t.examples = {{{}, {{{3, 4, 2}}}}, {{{"mask_value", -1.0}}, {{{2, 3}}}}, {{}, {{{2, 3, 2, 5}}}}};
    return t;
}

} // namespace weft::layers
