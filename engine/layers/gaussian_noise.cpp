// SPDX-License-Identifier: Apache-2.0
#include "engine/base/random.h"
#include "engine/layers/support.h"

namespace weft::layers {
namespace {

class GaussianNoiseOp final : public LayerOp {
public:
    GaussianNoiseOp(std::int64_t perSample, double deviation, std::uint64_t salt) : m_perSample(perSample), m_deviation(static_cast<float>(deviation)), m_salt(salt) {}

    Booking book(bool) const override { return {.needsInputs = false, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const Random random(pass.seed ^ m_salt, pass.stream);
        const float* x = floatsOf(pass.inputs[0]);
        float* y = floatsOf(pass.outputs[0]);
        for (std::int64_t i = rows.begin * m_perSample; i < rows.end * m_perSample; ++i) {
            y[i] = pass.behavesAsTraining() ? x[i] + m_deviation * random.normal(static_cast<std::uint64_t>(i)) : x[i];
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        if (float* dx = pass.inputGradients[0]) {
            kernels::scaled(1.0F, at(pass.outputGradients[0], rows.begin, m_perSample), at(dx, rows.begin, m_perSample), rows.count() * m_perSample,
                            pass.accumulate[0]);
        }
    }

private:
    std::int64_t m_perSample;
    float m_deviation;
    std::uint64_t m_salt; ///< made from the layer's own seed
};

struct GaussianNoise {
    double stddev = 0.1;
    std::optional<std::int64_t> seed;

    static Binding<GaussianNoise> binding() {
        Binding<GaussianNoise> b;
        b("stddev", &GaussianNoise::stddev, "Deviation", "How large the noise is: its standard deviation.").min(0).max(1e6).required();
        b("seed", &GaussianNoise::seed, "Seed", "A number that gives this layer random numbers of its own; none: they follow the seed of the training.").advanced();
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        wantFloat(out, "GaussianNoise", inputs);
        out.outputs.push_back({inputs[0].shape, DType::float32});
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const std::uint64_t salt = seed ? (static_cast<std::uint64_t>(*seed) * 2 + 1) * 0x9E3779B97F4A7C15U : 0;
        return std::make_shared<GaussianNoiseOp>(inputs[0].shape.count(1), stddev, salt);
    }
};

} // namespace

LayerType gaussian_noise() {
    LayerType t;
    t.name = "GaussianNoise";
    t.family = Family::regularization;
    t.help = "Adds random numbers while training, so that the network does not rely on exact values; does nothing afterwards.";
    t.formula = "y = x + noise in training, y = x otherwise";
    t.synonyms = {"noise", "jitter", "augmentation", "regularization"};
    t.keyParameters = {"stddev"};
    bindLayer<GaussianNoise>(t);
    t.isRandom = true;
    t.masks = passMask;
    t.examples = {{{{"stddev", 0.3}}, {{{4, 17}}}}, {{{"stddev", 0.0}}, {{{3, 5}}}}, {{{"stddev", 1.0}, {"seed", 7}}, {{{2, 3, 4}}}}};
    return t;
}

} // namespace weft::layers
