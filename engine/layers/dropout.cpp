// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/dropout.h"

#include "engine/base/text.h"
#include "engine/layers/broadcast.h"

#include <algorithm>

namespace weft::layers {
namespace {

/// The mask, if it is not one number per number.
struct SharedMask {
    Broadcast broadcast;
    std::int64_t count; ///< numbers per mask
    bool oneForAll;     ///< one mask for all samples of a batch
};

class DropoutOp final : public LayerOp {
public:
    DropoutOp(std::int64_t perSample, double rate, std::uint64_t salt, std::optional<SharedMask> mask)
        : m_perSample(perSample), m_rate(static_cast<float>(rate)), m_salt(salt), m_mask(std::move(mask)) {}

    Booking book(bool training) const override {
        const bool drawsMask = training && m_mask && m_rate > 0 && m_rate < 1;
        return {.scratchFloats = drawsMask ? static_cast<std::size_t>(2 * m_mask->count) : 0, .needsInputs = false, .needsOutputs = false};
    }

    void forward(const Pass& pass, Rows rows, float* scratch) const override {
        apply(pass, rows, floatsOf(pass.inputs[0]), floatsOf(pass.outputs[0]), false, scratch);
    }

    void backward(const Pass& pass, Rows rows, float* scratch) const override {
        if (float* dx = pass.inputGradients[0]) {
            apply(pass, rows, pass.outputGradients[0], dx, pass.accumulate[0], scratch);
        }
    }

private:
    /// The pass over values and that over gradients are the same product with the same mask.
    void apply(const Pass& pass, Rows rows, const float* in, float* out, bool accumulate, float* scratch) const {
        const std::int64_t offset = rows.begin * m_perSample;
        const std::int64_t count = rows.count() * m_perSample;
        if (!pass.behavesAsTraining() || m_rate <= 0) {
            kernels::scaled(1.0F, in + offset, out + offset, count, accumulate);
        } else if (m_rate >= 1) {
            if (!accumulate) {
                std::fill_n(out + offset, count, 0.0F);
            }
        } else if (!m_mask) {
            kernels::dropout(in + offset, out + offset, count, m_rate, pass.seed ^ m_salt, pass.stream, static_cast<std::uint64_t>(offset), accumulate);
        } else {
            for (std::int64_t row = rows.begin; row < rows.end; ++row) {
                applyMask(pass, row, at(in, row, m_perSample), at(out, row, m_perSample), accumulate, scratch);
            }
        }
    }

    void applyMask(const Pass& pass, std::int64_t row, const float* in, float* out, bool accumulate, float* scratch) const {
        float* ones = scratch;
        float* mask = scratch + m_mask->count;
        std::fill_n(ones, m_mask->count, 1.0F);
        const std::int64_t offset = m_mask->oneForAll ? 0 : row * m_mask->count;
        kernels::dropout(ones, mask, m_mask->count, m_rate, pass.seed ^ m_salt, pass.stream, static_cast<std::uint64_t>(offset), false);
        m_mask->broadcast.forEach([&](std::int64_t m, std::int64_t i) {
            const float value = in[i] * mask[m];
            out[i] = accumulate ? out[i] + value : value;
        });
    }

    std::int64_t m_perSample;
    float m_rate;
    std::uint64_t m_salt; ///< made from the layer's own seed
    std::optional<SharedMask> m_mask;
};

struct Dropout {
    double rate = 0.5;
    std::optional<std::vector<std::int64_t>> noise_shape;
    std::optional<std::int64_t> seed;

    static Binding<Dropout> binding() {
        Binding<Dropout> b;
        b("rate", &Dropout::rate, "Rate", "Share of the numbers that are set to 0 in a training step: 0.2 drops one in five.").min(0).max(1).required();
        b("noise_shape", &Dropout::noise_shape, "Noise shape",
          "Shape of the pattern of dropped numbers, batch included. Where a size is 1, all numbers along that dimension are dropped or kept together; "
          "none means as many as come in.")
            .min(1).max(kLargestSize).unknownAllowed().advanced();
        b("seed", &Dropout::seed, "Seed", "A number that gives this layer random numbers of its own; none: they follow the seed of the training.").advanced();
        return b;
    }

    /// The noise shape with open sizes taken from the input.
    Shape noise(const Shape& in) const {
        Shape shape(*noise_shape);
        for (int a = 0; a < shape.rank(); ++a) {
            shape[a] = shape[a] == kUnknown ? in[a] : shape[a];
        }
        return shape;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        wantFloat(out, "Dropout", inputs);
        out.outputs.push_back({in, DType::float32});
        if (!noise_shape) {
            return out;
        }
        bool fits = static_cast<int>(noise_shape->size()) == in.rank();
        for (int a = 0; fits && a < in.rank(); ++a) {
            const std::int64_t size = noise(in)[a];
            // A fixed number of samples fits batches of that size only.
            fits = size == 1 || size == in[a] || (a > 0 && in[a] == kUnknown);
        }
        if (!fits) {
            out.problems.push_back({"noise_shape",
                                    cat("The noise shape ", Shape(*noise_shape).text(), " does not fit what comes in, which is ", in.text(),
                                        " with the batch: it needs as many sizes, each of them 1, none, or the same."),
                                    0, "noise_shape", {setParameter("Drop every number by itself", "noise_shape", Value())}});
        }
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const Shape& in = inputs[0].shape;
        return dropoutOp(in, rate, seed, noise_shape ? std::optional(noise(in)) : std::nullopt, noise_shape && (*noise_shape)[0] == 1);
    }
};

} // namespace

std::shared_ptr<const LayerOp> dropoutOp(const Shape& in, double rate, std::optional<std::int64_t> seed, const std::optional<Shape>& noise, bool oneForAll) {
    std::optional<SharedMask> mask;
    if (noise) {
        if (const Broadcast broadcast(noise->withoutBatch(), in.withoutBatch()); oneForAll || !broadcast.isIdentity()) {
            mask = SharedMask{broadcast, noise->count(1), oneForAll};
        }
    }
    // Any odd constant spreads neighbouring seeds over the keys; no seed leaves the key as it is.
    const std::uint64_t salt = seed ? (static_cast<std::uint64_t>(*seed) * 2 + 1) * 0x9E3779B97F4A7C15U : 0;
    return std::make_shared<DropoutOp>(in.count(1), rate, salt, std::move(mask));
}

LayerType dropout() {
    LayerType t;
    t.name = "Dropout";
    t.family = Family::regularization;
    t.help = "Sets random numbers to 0 while training, so that the network does not rely on any one of them; does nothing afterwards.";
    t.formula = "y = x · mask / (1 - rate) in training, y = x otherwise";
    t.synonyms = {"regularization", "overfitting", "noise", "drop"};
    t.keyParameters = {"rate"};
    bindLayer<Dropout>(t);
    t.masks = passMask;
    t.isRandom = true;
    t.examples = {{{{"rate", 0.5}}, {{{6, 37}}}},
                  {{{"rate", 0.0}}, {{{3, 5}}}},
                  {{{"rate", 1.0}}, {{{3, 5}}}},
                  {{{"rate", 0.25}, {"seed", 7}}, {{{4, 3, 3, 5}}}},
                  {{{"rate", 0.3}}, {{{9}}}},
                  {{{"rate", 0.4}, {"noise_shape", Value::List{Value(), 1, Value()}}}, {{{3, 4, 19}}}},
                  {{{"rate", 0.4}, {"noise_shape", Value::List{1, Value(), 1}}}, {{{4, 7, 3}}}},
                  {{{"rate", 0.4}, {"noise_shape", Value::List{1, Value()}}}, {{{4, 21}}}}};
    return t;
}

} // namespace weft::layers
