// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/stepwise.h"
#include "engine/layers/support.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace weft::layers {
namespace {

constexpr std::int64_t kBlock = 8;     ///< channels whose sums are kept at hand at once
constexpr float kMaskEpsilon = 1e-7F;  ///< Keras adds it to the number of cells that a mask leaves

/// A sample seen as (steps, outer, channels, inner); every step has statistics of its own.
struct Layout {
    std::int64_t steps = 1, outer = 1, channels = 1, inner = 1;
    std::int64_t perSample() const { return steps * outer * channels * inner; }
};

/// Formulas of Ioffe and Szegedy (2015); under a mask, mean and variance are weighted by it, and so are their gradients.
class BatchNormalizationOp final : public LayerOp, public Stepwise {
public:
    struct Settings {
        float momentum, epsilon;
        bool scale, center;
    };
    BatchNormalizationOp(const Layout& layout, const Settings& settings) : m_layout(layout), m_settings(settings), m_channelShape{layout.channels} {}

    std::shared_ptr<const LayerOp> overSteps(std::int64_t times) const override {
        Layout layout = m_layout;
        layout.steps *= times;
        return std::make_shared<BatchNormalizationOp>(layout, m_settings);
    }

    Booking book(bool training) const override {
        const auto each = static_cast<std::size_t>(m_layout.steps * m_layout.channels);
        return {.scratchFloats = 2 * each + static_cast<std::size_t>(m_layout.channels),
                .statisticsFloats = training ? kStatistics * each : 0,
                .statisticsParts = (m_layout.channels + kBlock - 1) / kBlock,
                .needsInputs = true,
                .needsOutputs = false};
    }

    void gather(const Pass& pass, Part part, float*) const override {
        if (!pass.behavesAsTraining()) {
            return;
        }
        const float* x = floatsOf(pass.inputs[0]);
        const std::uint8_t* mask = maskOf(pass);
        eachBlock(part, [&](Rows channels) {
            for (std::int64_t step = 0; step < m_layout.steps; ++step) {
                std::array<double, kBlock> count{}, sum{}, squares{};
                visit(pass.batch, mask, maskRun(pass), step, channels, [&](std::size_t k, std::int64_t i, float weight) {
                    const auto value = static_cast<double>(x[i]);
                    count[k] += static_cast<double>(weight);
                    sum[k] += static_cast<double>(weight) * value;
                    squares[k] += static_cast<double>(weight) * value * value;
                });
                for (std::int64_t c = channels.begin; c < channels.end; ++c) {
                    const auto k = static_cast<std::size_t>(c - channels.begin);
                    const double share = 1 / (count[k] + (mask ? static_cast<double>(kMaskEpsilon) : 0.0));
                    const double mean = sum[k] * share;
                    const double variance = std::max(0.0, (squares[k] - 2 * mean * sum[k] + mean * mean * count[k]) * share);
                    statistic(pass, Statistic::mean, step)[c] = static_cast<float>(mean);
                    statistic(pass, Statistic::inverse, step)[c] = static_cast<float>(1 / std::sqrt(variance + static_cast<double>(m_settings.epsilon)));
                    statistic(pass, Statistic::share, step)[c] = static_cast<float>(share);
                    move(pass, movingMean(), c, mean);
                    move(pass, movingMean() + 1, c, variance);
                }
            }
        });
    }

    void forward(const Pass& pass, Rows rows, float* scratch) const override {
        const Scales scales = scalesOf(pass, scratch);
        const float* x = floatsOf(pass.inputs[0]);
        float* y = floatsOf(pass.outputs[0]);
        eachLine(rows, [&](std::int64_t first, std::int64_t s, std::int64_t c, std::int64_t count, std::int64_t stride) {
            for (std::int64_t i = 0; i < count; ++i) {
                y[first + i] = (x[first + i] - scales.mean[s + i * stride]) * scales.scale[s + i * stride] + scales.shift[c + i * stride];
            }
        });
    }

    /// sum(dy) and sum(dy * normalised x) of every channel: the gradients by beta and gamma, and all that rows need of one another.
    void gatherBackward(const Pass& pass, Part part, float*) const override {
        if (!pass.behavesAsTraining()) {
            return;
        }
        eachBlock(part, [&](Rows channels) {
            for (std::int64_t step = 0; step < m_layout.steps; ++step) {
                const auto own = [&](Statistic which) { return statistic(pass, which, step) + channels.begin; };
                sumGradients(pass, step, channels, own(Statistic::mean), own(Statistic::inverse), own(Statistic::sum), own(Statistic::product));
            }
        });
    }

    void backward(const Pass& pass, Rows rows, float* scratch) const override {
        float* dx = pass.inputGradients[0];
        if (!dx) {
            return;
        }
        const Scales scales = scalesOf(pass, scratch);
        const float* x = floatsOf(pass.inputs[0]);
        const float* dy = pass.outputGradients[0];
        const bool add = pass.accumulate[0];
        if (!pass.behavesAsTraining()) {
            eachLine(rows, [&](std::int64_t first, std::int64_t s, std::int64_t, std::int64_t count, std::int64_t stride) {
                for (std::int64_t i = 0; i < count; ++i) {
                    const float value = dy[first + i] * scales.scale[s + i * stride];
                    dx[first + i] = add ? dx[first + i] + value : value;
                }
            });
            return;
        }
        const float* inverse = statistic(pass, Statistic::inverse, 0);
        const float* share = statistic(pass, Statistic::share, 0);
        const float* sum = statistic(pass, Statistic::sum, 0);
        const float* product = statistic(pass, Statistic::product, 0);
        const std::uint8_t* mask = maskOf(pass);
        const std::int64_t run = maskRun(pass);
        eachLine(rows, [&](std::int64_t first, std::int64_t s, std::int64_t, std::int64_t count, std::int64_t stride) {
            for (std::int64_t i = 0; i < count; ++i) {
                const std::int64_t at = s + i * stride;
                const float weight = mask && mask[(first + i) / run] == 0 ? 0.0F : share[at];
                const float normalised = (x[first + i] - scales.mean[at]) * inverse[at];
                const float value = scales.scale[at] * (dy[first + i] - weight * (sum[at] + normalised * product[at]));
                dx[first + i] = add ? dx[first + i] + value : value;
            }
        });
    }

    void weightGradient(const Pass& pass, Part part, float*) const override {
        float* dGamma = m_settings.scale ? pass.weightGradients[0] : nullptr;
        float* dBeta = m_settings.center ? pass.weightGradients[m_settings.scale ? 1 : 0] : nullptr;
        if (!dGamma && !dBeta) {
            return;
        }
        const Rows own = partOf(m_channelShape, part);
        for (std::int64_t begin = own.begin; begin < own.end; begin += kBlock) {
            const Rows channels{begin, std::min(begin + kBlock, own.end)};
            std::array<float, kBlock> sum{}, product{};
            for (std::int64_t step = 0; step < m_layout.steps; ++step) {
                std::array<float, kBlock> sums{}, products{};
                if (pass.behavesAsTraining()) {
                    std::copy_n(statistic(pass, Statistic::sum, step) + begin, channels.count(), sums.data());
                    std::copy_n(statistic(pass, Statistic::product, step) + begin, channels.count(), products.data());
                } else {
                    std::array<float, kBlock> inverse{};
                    for (std::int64_t c = begin; c < channels.end; ++c) {
                        inverse[static_cast<std::size_t>(c - begin)] = storedInverse(pass, c);
                    }
                    sumGradients(pass, step, channels, pass.weights[movingMean()] + begin, inverse.data(), sums.data(), products.data());
                }
                for (std::size_t k = 0; k < kBlock; ++k) {
                    sum[k] += sums[k];
                    product[k] += products[k];
                }
            }
            for (std::int64_t c = begin; c < channels.end; ++c) {
                const auto k = static_cast<std::size_t>(c - begin);
                if (dGamma) {
                    dGamma[c] = pass.accumulateWeights ? dGamma[c] + product[k] : product[k];
                }
                if (dBeta) {
                    dBeta[c] = pass.accumulateWeights ? dBeta[c] + sum[k] : sum[k];
                }
            }
        }
    }

private:
    enum class Statistic : std::int64_t { mean, inverse, share, sum, product };
    static constexpr std::size_t kStatistics = 5;

    /// A statistic of one step, by channel.
    float* statistic(const Pass& pass, Statistic which, std::int64_t step) const {
        return pass.statistics + (static_cast<std::int64_t>(which) * m_layout.steps + step) * m_layout.channels;
    }
    std::size_t movingMean() const { return static_cast<std::size_t>(m_settings.scale) + static_cast<std::size_t>(m_settings.center); }
    const std::uint8_t* maskOf(const Pass& pass) const { return pass.inputMasks ? pass.inputMasks[0] : nullptr; }
    /// Neighbours that one boolean of the mask speaks for.
    std::int64_t maskRun(const Pass& pass) const { return maskOf(pass) ? m_layout.perSample() / pass.inputMaskSizes[0] : 1; }
    float storedInverse(const Pass& pass, std::int64_t c) const { return 1.0F / std::sqrt(pass.weights[movingMean() + 1][c] + m_settings.epsilon); }

    void move(const Pass& pass, std::size_t weight, std::int64_t c, double value) const {
        if (float* stored = pass.newWeights ? pass.newWeights[weight] : nullptr) {
            stored[c] = stored[c] * m_settings.momentum + static_cast<float>(value) * (1.0F - m_settings.momentum);
        }
    }

    /// What rows are multiplied with and moved by, in scratch: mean and scale for every (step, channel), shift for every channel.
    struct Scales {
        const float *mean, *scale, *shift;
    };
    Scales scalesOf(const Pass& pass, float* scratch) const {
        const std::int64_t each = m_layout.steps * m_layout.channels;
        float* mean = scratch;
        float* scale = mean + each;
        float* shift = scale + each;
        for (std::int64_t step = 0; step < m_layout.steps; ++step) {
            for (std::int64_t c = 0; c < m_layout.channels; ++c) {
                const bool fromBatch = pass.behavesAsTraining();
                const float inverse = fromBatch ? statistic(pass, Statistic::inverse, step)[c] : storedInverse(pass, c);
                mean[step * m_layout.channels + c] = fromBatch ? statistic(pass, Statistic::mean, step)[c] : pass.weights[movingMean()][c];
                scale[step * m_layout.channels + c] = m_settings.scale ? inverse * pass.weights[0][c] : inverse;
            }
        }
        for (std::int64_t c = 0; c < m_layout.channels; ++c) {
            shift[c] = m_settings.center ? pass.weights[m_settings.scale ? 1 : 0][c] : 0.0F;
        }
        return {mean, scale, shift};
    }

    /// Calls f(channels) for blocks of the part's channels.
    template <class F>
    void eachBlock(Part part, F f) const {
        const Rows own = partOf(m_channelShape, part);
        for (std::int64_t begin = own.begin; begin < own.end; begin += kBlock) {
            f(Rows{begin, std::min(begin + kBlock, own.end)});
        }
    }

    /// Calls f(channel - first channel, element, mask's value) for every element of these channels in one step of the whole batch.
    template <class F>
    void visit(std::int64_t batch, const std::uint8_t* mask, std::int64_t run, std::int64_t step, Rows channels, F f) const {
        for (std::int64_t row = 0; row < batch; ++row) {
            for (std::int64_t o = 0; o < m_layout.outer; ++o) {
                const std::int64_t cell = (row * m_layout.steps + step) * m_layout.outer + o;
                for (std::int64_t c = channels.begin; c < channels.end; ++c) {
                    const std::int64_t first = (cell * m_layout.channels + c) * m_layout.inner;
                    for (std::int64_t i = first; i < first + m_layout.inner; ++i) {
                        f(static_cast<std::size_t>(c - channels.begin), i, mask && mask[i / run] == 0 ? 0.0F : 1.0F);
                    }
                }
            }
        }
    }

    /// All pointers are to the first of the channels.
    void sumGradients(const Pass& pass, std::int64_t step, Rows channels, const float* mean, const float* inverse, float* sums, float* products) const {
        const float* x = floatsOf(pass.inputs[0]);
        const float* dy = pass.outputGradients[0];
        std::array<double, kBlock> sum{}, product{};
        visit(pass.batch, nullptr, 1, step, channels, [&](std::size_t k, std::int64_t i, float) {
            sum[k] += static_cast<double>(dy[i]);
            product[k] += static_cast<double>(dy[i]) * static_cast<double>((x[i] - mean[k]) * inverse[k]);
        });
        for (std::size_t k = 0; k < static_cast<std::size_t>(channels.count()); ++k) {
            sums[k] = static_cast<float>(sum[k]);
            products[k] = static_cast<float>(product[k]);
        }
    }

    /// Calls f(first element, index of its scale, of its shift, count, stride of these) for runs of neighbours: all channels of a cell, or all of a channel.
    template <class F>
    void eachLine(Rows rows, F f) const {
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            for (std::int64_t step = 0; step < m_layout.steps; ++step) {
                const std::int64_t s = step * m_layout.channels;
                for (std::int64_t o = 0; o < m_layout.outer; ++o) {
                    const std::int64_t first = ((row * m_layout.steps + step) * m_layout.outer + o) * m_layout.channels * m_layout.inner;
                    if (m_layout.inner == 1) {
                        f(first, s, 0, m_layout.channels, 1);
                        continue;
                    }
                    for (std::int64_t c = 0; c < m_layout.channels; ++c) {
                        f(first + c * m_layout.inner, s + c, c, m_layout.inner, 0);
                    }
                }
            }
        }
    }

    Layout m_layout;
    Settings m_settings;
    Shape m_channelShape;
};

struct BatchNormalization {
    std::int64_t axis = -1;
    double momentum = 0.99;
    double epsilon = 1e-3;
    bool center = true;
    bool scale = true;
    Object beta_initializer{"Zeros", {}};
    Object gamma_initializer{"Ones", {}};
    Object moving_mean_initializer{"Zeros", {}};
    Object moving_variance_initializer{"Ones", {}};

    static Binding<BatchNormalization> binding() {
        using T = BatchNormalization;
        Binding<T> b;
        b("axis", &T::axis, "Axis", "The dimension whose entries are each normalised by themselves: -1 is the last one (features or channels), 1 the first after the batch.")
            .min(-64).max(64).advanced();
        b("momentum", &T::momentum, "Momentum", "How slowly the stored mean and variance follow those of the batches. Smaller for short trainings.").min(0).max(1);
        b("epsilon", &T::epsilon, "Epsilon", "A small number that keeps the division from running away where all values are the same.").above(0).advanced();
        b("center", &T::center, "Center", "Adds one learned number to each channel (beta).").advanced();
        b("scale", &T::scale, "Scale", "Multiplies each channel by one learned number (gamma).").advanced();
        b("beta_initializer", &T::beta_initializer, "Beta initializer", "How beta is filled before training.").from("initializers").advanced().when("center", true);
        b("gamma_initializer", &T::gamma_initializer, "Gamma initializer", "How gamma is filled before training.").from("initializers").advanced().when("scale", true);
        b("moving_mean_initializer", &T::moving_mean_initializer, "Moving mean initializer", "The stored mean before training.").from("initializers").advanced();
        b("moving_variance_initializer", &T::moving_variance_initializer, "Moving variance initializer", "The stored variance before training.")
            .from("initializers").advanced();
        return b;
    }

    int axisIn(const Shape& in) const { return static_cast<int>(axis < 0 ? axis + in.rank() : axis); }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        wantFloat(out, "BatchNormalization", inputs);
        if (in.rank() < 2) {
            out.problems.push_back({"rank",
                                    "BatchNormalization takes a list of numbers for each sample, but what comes in is a single number per sample. Flatten makes a "
                                    "list of one number of it.",
                                    0, {}, {insertBefore("Insert Flatten", "Flatten")}});
            return out;
        }
        out.outputs.push_back({in, DType::float32});
        const int place = axisIn(in);
        if (place < 1 || place >= in.rank()) {
            out.problems.push_back({"axis",
                                    cat("BatchNormalization cannot work along axis ", axis, ": ",
                                        place == 0 ? std::string("that is the batch, over which it takes the mean") : cat("it is none of the dimensions of ", sampleText(in)),
                                        ". Use -1 for the last dimension."),
                                    -1, "axis", {setParameter("Normalise the last dimension", "axis", -1)}});
            return out;
        }
        if (in[place] == kUnknown) {
            out.problems.push_back({"unknown_size",
                                    cat("BatchNormalization keeps numbers for each channel, but that size of ", sampleText(in),
                                        " is open. Give it in the Shape of the Input."),
                                    0, {}, {}});
            return out;
        }
        const Shape each{in[place]};
        if (scale) {
            out.weights.push_back({"gamma", each, gamma_initializer});
        }
        if (center) {
            out.weights.push_back({"beta", each, beta_initializer});
        }
        out.weights.push_back({"moving_mean", each, moving_mean_initializer, false});
        out.weights.push_back({"moving_variance", each, moving_variance_initializer, false});
        double numbers = 1;
        for (int a = 1; a < in.rank(); ++a) {
            numbers *= in[a] == kUnknown ? 1.0 : static_cast<double>(in[a]);
        }
        out.cost.multiplyAdds = numbers;
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const Shape& in = inputs[0].shape;
        Layout layout;
        for (int a = 1; a < in.rank(); ++a) {
            (a < axisIn(in) ? layout.outer : a == axisIn(in) ? layout.channels : layout.inner) *= in[a];
        }
        return std::make_shared<BatchNormalizationOp>(
            layout, BatchNormalizationOp::Settings{static_cast<float>(momentum), static_cast<float>(epsilon), scale, center});
    }
};

} // namespace

LayerType batch_normalization() {
    LayerType t;
    t.name = "BatchNormalization";
    t.family = Family::normalization;
    t.help = "Shifts and scales every channel so that over a batch its mean is near 0 and its spread near 1; deep networks train faster and more surely with it.";
    t.formula = "y = gamma · (x - mean) / √(variance + epsilon) + beta";
    t.synonyms = {"batch norm", "BN", "normalize", "normalise", "standardize", "whiten"};
    t.keyParameters = {"momentum"};
    bindLayer<BatchNormalization>(t);
    t.infersWhenFrozen = true;
    t.masks = passMask;
    t.kerasFixed = {{"synchronized", false}, {"renorm", false}, {"renorm_clipping", Value()}, {"renorm_momentum", 0.99}};
    t.examples = {{{}, {{{6, 5}}}},
                  {{{"epsilon", 0.1}}, {{{3, 2, 3, 17}}}},
                  {{{"axis", 1}}, {{{4, 3, 5}}}},
                  {{{"axis", 2}, {"scale", false}}, {{{3, 2, 9, 3}}}},
                  {{{"center", false}, {"momentum", 0.5}}, {{{5, 4, 2}}}},
                  {{{"center", false}, {"scale", false}}, {{{5, 9}}}}};
    return t;
}

} // namespace weft::layers
