// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/support.h"

#include <algorithm>
#include <cmath>

namespace weft::layers {
namespace {

/// Every group of numbers of a sample is brought to mean 0 and spread 1 by itself; member m of all groups shares gamma[m] and beta[m].
class LayerNormalizationOp final : public LayerOp {
public:
    LayerNormalizationOp(const Shape& sample, const std::vector<bool>& normalised, double epsilon, bool scale, bool center)
        : m_perSample(sample.count()), m_epsilon(epsilon), m_scale(scale), m_center(center) {
        m_members = {0};
        m_groups = {0};
        std::vector<std::int64_t> weight;
        for (int a = 0; a < sample.rank(); ++a) {
            auto& places = normalised[static_cast<std::size_t>(a)] ? m_members : m_groups;
            std::vector<std::int64_t> finer;
            for (const std::int64_t place : places) {
                for (std::int64_t i = 0; i < sample[a]; ++i) {
                    finer.push_back(place + i * sample.count(a + 1));
                }
            }
            places = std::move(finer);
            if (normalised[static_cast<std::size_t>(a)]) {
                weight.push_back(sample[a]);
            }
        }
        m_weightShape = Shape(std::move(weight));
    }

    Booking book(bool training) const override {
        return {.stashBytesPerSample = training ? 2 * m_groups.size() * sizeof(float) : 0, .needsInputs = true, .needsOutputs = false};
    }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const float* gamma = m_scale ? pass.weights[0] : nullptr;
        const float* beta = m_center ? pass.weights[m_scale ? 1 : 0] : nullptr;
        eachGroup(pass, rows, [&](std::int64_t first, float* kept) {
            const float* x = floatsOf(pass.inputs[0]) + first;
            float* y = floatsOf(pass.outputs[0]) + first;
            double sum = 0;
            for (const std::int64_t m : m_members) {
                sum += static_cast<double>(x[m]);
            }
            const double mean = sum / static_cast<double>(m_members.size());
            double squares = 0;
            for (const std::int64_t m : m_members) {
                squares += (static_cast<double>(x[m]) - mean) * (static_cast<double>(x[m]) - mean);
            }
            const double inverse = 1 / std::sqrt(squares / static_cast<double>(m_members.size()) + m_epsilon);
            if (kept) {
                kept[0] = static_cast<float>(mean);
                kept[1] = static_cast<float>(inverse);
            }
            for (std::size_t i = 0; i < m_members.size(); ++i) {
                const std::int64_t m = m_members[i];
                const float normalised = (x[m] - static_cast<float>(mean)) * static_cast<float>(inverse);
                y[m] = normalised * (gamma ? gamma[i] : 1.0F) + (beta ? beta[i] : 0.0F);
            }
        });
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        if (!pass.inputGradients[0]) {
            return;
        }
        const float* gamma = m_scale ? pass.weights[0] : nullptr;
        const auto count = static_cast<double>(m_members.size());
        eachGroup(pass, rows, [&](std::int64_t first, const float* kept) {
            const float* x = floatsOf(pass.inputs[0]) + first;
            const float* dy = pass.outputGradients[0] + first;
            float* dx = pass.inputGradients[0] + first;
            const auto slope = [&](std::size_t i) { return dy[m_members[i]] * (gamma ? gamma[i] : 1.0F); };
            const auto normalised = [&](std::size_t i) { return (x[m_members[i]] - kept[0]) * kept[1]; };
            double sum = 0;
            double product = 0;
            for (std::size_t i = 0; i < m_members.size(); ++i) {
                sum += static_cast<double>(slope(i));
                product += static_cast<double>(slope(i)) * static_cast<double>(normalised(i));
            }
            const auto mean = static_cast<float>(sum / count);
            const auto meanProduct = static_cast<float>(product / count);
            for (std::size_t i = 0; i < m_members.size(); ++i) {
                const float value = kept[1] * (slope(i) - mean - normalised(i) * meanProduct);
                float& target = dx[m_members[i]];
                target = pass.accumulate[0] ? target + value : value;
            }
        });
    }

    void weightGradient(const Pass& pass, Part part, float*) const override {
        float* dGamma = m_scale ? pass.weightGradients[0] : nullptr;
        float* dBeta = m_center ? pass.weightGradients[m_scale ? 1 : 0] : nullptr;
        if (!dGamma && !dBeta) {
            return;
        }
        const std::int64_t width = m_weightShape.rank() > 1 ? m_weightShape.back() : 1;
        const Rows own = partOf(m_weightShape, part);
        for (std::int64_t i = own.begin * width; i < own.end * width; ++i) {
            double sum = 0;
            double product = 0;
            eachGroup(pass, {0, pass.batch}, [&](std::int64_t first, const float* kept) {
                const std::int64_t place = first + m_members[static_cast<std::size_t>(i)];
                const auto dy = static_cast<double>(pass.outputGradients[0][place]);
                sum += dy;
                product += dy * static_cast<double>((floatsOf(pass.inputs[0])[place] - kept[0]) * kept[1]);
            });
            if (dGamma) {
                dGamma[i] = pass.accumulateWeights ? dGamma[i] + static_cast<float>(product) : static_cast<float>(product);
            }
            if (dBeta) {
                dBeta[i] = pass.accumulateWeights ? dBeta[i] + static_cast<float>(sum) : static_cast<float>(sum);
            }
        }
    }

private:
    /// Calls f(first number of the group, where its mean and inverse spread are kept for backward, or null).
    template <class F>
    void eachGroup(const Pass& pass, Rows rows, F f) const {
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            float* kept = pass.training ? at(floatsOf(pass.stash), row, static_cast<std::int64_t>(2 * m_groups.size())) : nullptr;
            for (const std::int64_t group : m_groups) {
                f(row * m_perSample + group, kept);
                kept = kept ? kept + 2 : nullptr;
            }
        }
    }

    std::int64_t m_perSample;
    double m_epsilon;
    bool m_scale, m_center;
    std::vector<std::int64_t> m_members, m_groups; ///< places within a group, and of the groups within a sample
    Shape m_weightShape;
};

struct LayerNormalization {
    std::vector<std::int64_t> axis = {-1};
    double epsilon = 1e-3;
    bool center = true;
    bool scale = true;
    Object beta_initializer{"Zeros", {}};
    Object gamma_initializer{"Ones", {}};

    static Binding<LayerNormalization> binding() {
        using T = LayerNormalization;
        Binding<T> b;
        b("axis", &T::axis, "Axis", "The dimensions over which mean and spread are taken: -1 is the last one, 1 the first after the batch.").min(-64).max(64)
            .unknownAllowed() // -1 is a place here, and no unknown size
            .advanced();
        b("epsilon", &T::epsilon, "Epsilon", "A small number that keeps the division from running away where all values are the same.").above(0).advanced();
        b("center", &T::center, "Center", "Adds one learned number at each place (beta).").advanced();
        b("scale", &T::scale, "Scale", "Multiplies each place by one learned number (gamma).").advanced();
        b("beta_initializer", &T::beta_initializer, "Beta initializer", "How beta is filled before training.").from("initializers").advanced().when("center", true);
        b("gamma_initializer", &T::gamma_initializer, "Gamma initializer", "How gamma is filled before training.").from("initializers").advanced().when("scale", true);
        return b;
    }

    /// By dimension of a sample; nullopt where an axis is none of them.
    std::optional<std::vector<bool>> normalised(const Shape& in) const {
        std::vector<bool> chosen(static_cast<std::size_t>(std::max(in.rank() - 1, 0)));
        for (const std::int64_t a : axis) {
            const std::int64_t place = (a < 0 ? a + in.rank() : a) - 1;
            if (place < 0 || place >= in.rank() - 1) {
                return std::nullopt;
            }
            chosen[static_cast<std::size_t>(place)] = true;
        }
        return axis.empty() ? std::nullopt : std::optional(chosen);
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        wantFloat(out, "LayerNormalization", inputs);
        if (in.rank() < 2) {
            out.problems.push_back({"rank",
                                    "LayerNormalization takes a list of numbers for each sample, but what comes in is a single number per sample. Flatten makes a "
                                    "list of one number of it.",
                                    0, {}, {insertBefore("Insert Flatten", "Flatten")}});
            return out;
        }
        out.outputs.push_back({in, DType::float32});
        const auto chosen = normalised(in);
        if (!chosen) {
            out.problems.push_back({"axis",
                                    cat("LayerNormalization works along dimensions of a sample, and ", Shape(axis).text(), " are not all dimensions of ", sampleText(in),
                                        ". Use -1 for the last one."),
                                    -1, "axis", {setParameter("Normalise the last dimension", "axis", Value::List{Value()})}});
            return out;
        }
        std::vector<std::int64_t> sizes;
        for (int a = 1; a < in.rank(); ++a) {
            if ((*chosen)[static_cast<std::size_t>(a - 1)]) {
                sizes.push_back(in[a]);
            }
        }
        if (std::count(sizes.begin(), sizes.end(), kUnknown) > 0) {
            out.problems.push_back({"unknown_size",
                                    cat("LayerNormalization keeps numbers for each place, but a size of ", sampleText(in),
                                        " that it works along is open. Give it in the Shape of the Input."),
                                    0, {}, {}});
            return out;
        }
        if (scale) {
            out.weights.push_back({"gamma", Shape(sizes), gamma_initializer});
        }
        if (center) {
            out.weights.push_back({"beta", Shape(sizes), beta_initializer});
        }
        double numbers = 2;
        for (int a = 1; a < in.rank(); ++a) {
            numbers *= in[a] == kUnknown ? 1.0 : static_cast<double>(in[a]);
        }
        out.cost.multiplyAdds = numbers;
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const Shape& in = inputs[0].shape;
        return std::make_shared<LayerNormalizationOp>(in.withoutBatch(), *normalised(in), epsilon, scale, center);
    }
};

/// Keras writes one axis as a number. In a list of integers -1 is written as null.
ParamMap axisAsList(ParamMap config) {
    if (const auto found = config.find("axis"); found != config.end()) {
        Value::List list = found->second.asList() ? *found->second.asList() : Value::List{found->second};
        for (Value& a : list) {
            a = a == Value(-1) ? Value() : a;
        }
        found->second = list;
    }
    return config;
}

ParamMap axisAsKeras(ParamMap params) {
    Value& axis = params.at("axis");
    Value::List list = *axis.asList();
    for (Value& a : list) {
        a = a.isNull() ? Value(-1) : a;
    }
    axis = list.size() == 1 ? list[0] : Value(list);
    return params;
}

} // namespace

LayerType layer_normalization() {
    using L = Value::List;
    LayerType t;
    t.name = "LayerNormalization";
    t.family = Family::normalization;
    t.help = "Shifts and scales the numbers of each sample so that their mean is near 0 and their spread near 1; used in transformers.";
    t.formula = "y = gamma · (x - mean) / √(variance + epsilon) + beta";
    t.synonyms = {"layer norm", "LN", "normalize", "normalise", "transformer"};
    bindLayer<LayerNormalization>(t);
    t.masks = passMask;
    t.kerasFixed = {{"rms_scaling", false}};
    t.fromKeras = axisAsList;
    t.toKeras = axisAsKeras;
    t.examples = {{{}, {{{4, 7}}}},
                  {{{"epsilon", 0.1}}, {{{2, 3, 17}}}},
                  {{{"axis", L{1, 2}}, {"scale", false}}, {{{3, 3, 4}}}},
                  {{{"axis", L{1}}, {"center", false}}, {{{2, 5, 3}}}},
                  {{{"axis", L{1, 3}}}, {{{2, 3, 2, 4}}}},
                  {{{"center", false}, {"scale", false}}, {{{3, 6}}}}};
    return t;
}

} // namespace weft::layers
