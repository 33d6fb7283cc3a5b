// SPDX-License-Identifier: Apache-2.0
#include "engine/base/random.h"
#include "engine/layers/support.h"

#include <cmath>

namespace weft::layers {
namespace {

class GaussianDropoutOp final : public LayerOp {
public:
    GaussianDropoutOp(std::int64_t perSample, double deviation, std::uint64_t salt) : m_perSample(perSample), m_deviation(static_cast<float>(deviation)), m_salt(salt) {}

    Booking book(bool) const override { return {.needsInputs = false, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const Random random(pass.seed ^ m_salt, pass.stream);
        const float* x = floatsOf(pass.inputs[0]);
        float* y = floatsOf(pass.outputs[0]);
        for (std::int64_t i = rows.begin * m_perSample; i < rows.end * m_perSample; ++i) {
            y[i] = pass.behavesAsTraining() ? x[i] * (1.0F + m_deviation * random.normal(static_cast<std::uint64_t>(i))) : x[i];
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        float* dx = pass.inputGradients[0];
        if (!dx) {
            return;
        }
        const Random random(pass.seed ^ m_salt, pass.stream);
        for (std::int64_t i = rows.begin * m_perSample; i < rows.end * m_perSample; ++i) {
            const float dy = pass.outputGradients[0][i];
            const float value = pass.behavesAsTraining() ? dy * (1.0F + m_deviation * random.normal(static_cast<std::uint64_t>(i))) : dy;
            dx[i] = pass.accumulate[0] ? dx[i] + value : value;
        }
    }

private:
    std::int64_t m_perSample;
    float m_deviation;
    std::uint64_t m_salt; ///< made from the layer's own seed
};

struct GaussianDropout {
    double rate = 0.5;
    std::optional<std::int64_t> seed;

    static Binding<GaussianDropout> binding() {
        Binding<GaussianDropout> b;
        b("rate", &GaussianDropout::rate, "Rate", "How strong: the factors spread as with a Dropout of this rate.").min(0).below(1).required();
        b("seed", &GaussianDropout::seed, "Seed", "A number that gives this layer random numbers of its own; none: they follow the seed of the training.").advanced();
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        wantFloat(out, "GaussianDropout", inputs);
        out.outputs.push_back({inputs[0].shape, DType::float32});
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const std::uint64_t salt = seed ? (static_cast<std::uint64_t>(*seed) * 2 + 1) * 0x9E3779B97F4A7C15U : 0;
        return std::make_shared<GaussianDropoutOp>(inputs[0].shape.count(1), std::sqrt(rate / (1 - rate)), salt);
    }
};

} // namespace

LayerType gaussian_dropout() {
    LayerType t;
    t.name = "GaussianDropout";
    t.family = Family::regularization;
    t.help = "Multiplies every number by a random one near 1 while training; does nothing afterwards.";
    t.formula = "y = x · (1 + √(rate / (1 - rate)) · noise) in training, y = x otherwise";
    t.synonyms = {"noise", "dropout", "regularization", "overfitting"};
    t.keyParameters = {"rate"};
    bindLayer<GaussianDropout>(t);
    t.isRandom = true;
    t.masks = passMask;
    t.examples = {{{{"rate", 0.3}}, {{{4, 17}}}}, {{{"rate", 0.0}}, {{{3, 5}}}}, {{{"rate", 0.5}, {"seed", 7}}, {{{2, 3, 4}}}}};
    return t;
}

} // namespace weft::layers
