// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/support.h"

#include <algorithm>
#include <cmath>

namespace weft::layers {
namespace {

/// The vectors of a sample along one of its dimensions.
struct Vectors {
    std::vector<std::int64_t> starts; ///< place of the first number of each
    std::int64_t length = 1, stride = 1;
    std::int64_t perSample = 1;

    Vectors(const Shape& sample, int axis) : starts{0}, length(sample[axis]), stride(sample.count(axis + 1)), perSample(sample.count()) {
        for (int a = 0; a < sample.rank(); ++a) {
            std::vector<std::int64_t> finer;
            for (const std::int64_t place : starts) {
                for (std::int64_t i = 0; a != axis && i < sample[a]; ++i) {
                    finer.push_back(place + i * sample.count(a + 1));
                }
            }
            starts = a == axis ? starts : std::move(finer);
        }
    }

    std::int64_t count() const { return static_cast<std::int64_t>(starts.size()); }
    /// 1 / the length of a vector, at most 1e7 as in Keras.
    float inverse(const float* x, std::size_t vector) const {
        float squares = 0;
        for (std::int64_t k = 0; k < length; ++k) {
            const float value = x[starts[vector] + k * stride];
            squares += value * value;
        }
        return std::min(1 / std::sqrt(squares), 1e7F);
    }
};

class DotOp final : public LayerOp {
public:
    DotOp(Vectors a, Vectors b, bool normalize) : m_a(std::move(a)), m_b(std::move(b)), m_normalize(normalize) {}

    Booking book(bool) const override {
        return {.scratchFloats = static_cast<std::size_t>(m_a.count() + m_b.count() + m_a.length), .needsInputs = true, .needsOutputs = false};
    }

    void forward(const Pass& pass, Rows rows, float* scratch) const override {
        float* ofA = scratch;
        float* ofB = scratch + m_a.count();
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const float* a = at(floatsOf(pass.inputs[0]), row, m_a.perSample);
            const float* b = at(floatsOf(pass.inputs[1]), row, m_b.perSample);
            float* y = at(floatsOf(pass.outputs[0]), row, m_a.count() * m_b.count());
            scales(m_a, a, ofA);
            scales(m_b, b, ofB);
            for (std::size_t i = 0; i < m_a.starts.size(); ++i) {
                for (std::size_t j = 0; j < m_b.starts.size(); ++j) {
                    float sum = 0;
                    for (std::int64_t k = 0; k < m_a.length; ++k) {
                        sum += a[m_a.starts[i] + k * m_a.stride] * b[m_b.starts[j] + k * m_b.stride];
                    }
                    *y++ = sum * ofA[i] * ofB[j];
                }
            }
        }
    }

    void backward(const Pass& pass, Rows rows, float* scratch) const override {
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const float* a = at(floatsOf(pass.inputs[0]), row, m_a.perSample);
            const float* b = at(floatsOf(pass.inputs[1]), row, m_b.perSample);
            const float* dy = at(pass.outputGradients[0], row, m_a.count() * m_b.count());
            if (float* da = pass.inputGradients[0]) {
                gradient(m_a, a, m_b, b, dy, m_b.count(), 1, at(da, row, m_a.perSample), pass.accumulate[0], scratch);
            }
            if (float* db = pass.inputGradients[1]) {
                gradient(m_b, b, m_a, a, dy, 1, m_b.count(), at(db, row, m_b.perSample), pass.accumulate[1], scratch);
            }
        }
    }

private:
    void scales(const Vectors& v, const float* x, float* out) const {
        for (std::size_t i = 0; i < v.starts.size(); ++i) {
            out[i] = m_normalize ? v.inverse(x, i) : 1.0F;
        }
    }

    /// By the numbers of `own`; `ownStep` and `otherStep` are the steps in dy from one vector of each to the next.
    void gradient(const Vectors& own, const float* x, const Vectors& other, const float* z, const float* dy, std::int64_t ownStep, std::int64_t otherStep,
                  float* dx, bool accumulate, float* scratch) const {
        float* ofOther = scratch;
        float* direction = scratch + other.count();
        scales(other, z, ofOther);
        for (std::size_t i = 0; i < own.starts.size(); ++i) {
            std::fill_n(direction, own.length, 0.0F);
            for (std::size_t j = 0; j < other.starts.size(); ++j) {
                const float share = dy[static_cast<std::int64_t>(i) * ownStep + static_cast<std::int64_t>(j) * otherStep] * ofOther[j];
                for (std::int64_t k = 0; k < own.length; ++k) {
                    direction[k] += share * z[other.starts[j] + k * other.stride];
                }
            }
            const float scale = m_normalize ? own.inverse(x, i) : 1.0F;
            float along = 0; // what would only make the vector longer, and so changes nothing once it is normalised
            for (std::int64_t k = 0; m_normalize && k < own.length; ++k) {
                along += direction[k] * x[own.starts[i] + k * own.stride] * scale;
            }
            for (std::int64_t k = 0; k < own.length; ++k) {
                const std::int64_t place = own.starts[i] + k * own.stride;
                const float value = scale * (direction[k] - along * x[place] * scale);
                dx[place] = accumulate ? dx[place] + value : value;
            }
        }
    }

    Vectors m_a, m_b;
    bool m_normalize;
};

struct Dot {
    std::vector<std::int64_t> axes = {1, 1};
    bool normalize = false;

    static Binding<Dot> binding() {
        Binding<Dot> b;
        b("axes", &Dot::axes, "Axes", "The dimension of each input along which the products are summed, counted with the batch: 1 is the first of a sample, -1 the last.")
            .length(2).min(-64).max(64).unknownAllowed() // -1 is a place here, and no unknown size
            .required();
        b("normalize", &Dot::normalize, "Normalize", "Makes every vector 1 long first, so that the result is the cosine of the angle between two of them.");
        return b;
    }

    int axisIn(const Shape& in, std::size_t port) const { return static_cast<int>(axes[port] < 0 ? axes[port] + in.rank() : axes[port]); }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        wantFloat(out, "Dot", inputs);
        for (std::size_t port = 0; port < 2; ++port) {
            const Shape& in = inputs[port].shape;
            if (in.rank() < 2) {
                out.problems.push_back({"rank", "Dot multiplies lists of numbers, but what comes in is a single number per sample. Flatten makes a list of it.",
                                        static_cast<int>(port), {}, {insertBefore("Insert Flatten", "Flatten")}});
                return out;
            }
            if (axisIn(in, port) < 1 || axisIn(in, port) >= in.rank()) {
                out.problems.push_back({"axis",
                                        cat("Dot cannot sum along axis ", axes[port], " of input ", port + 1, ": it is none of the dimensions of ", sampleText(in),
                                            ". Use -1 for the last."),
                                        static_cast<int>(port), "axes", {setParameter("Sum along the last dimensions", "axes", Value::List{Value(), Value()})}});
                return out;
            }
        }
        const Shape& a = inputs[0].shape;
        const Shape& b = inputs[1].shape;
        const std::int64_t m = a[axisIn(a, 0)];
        const std::int64_t n = b[axisIn(b, 1)];
        if (m != n && m != kUnknown && n != kUnknown) {
            out.problems.push_back({"shape_mismatch",
                                    cat("Dot multiplies number by number along the chosen dimensions, but that of input 1 has ", m, " and that of input 2 has ", n, "."),
                                    1, "axes", {}});
        }
        if (a[0] != kUnknown && b[0] != kUnknown && a[0] != b[0]) {
            out.problems.push_back({"batch_mismatch",
                                    cat("Dot combines samples one by one, but batches of ", a[0], " samples meet batches of ", b[0],
                                        ". Give both Inputs the same Batch size, or none."),
                                    1, {}, {}});
        }
        std::vector<std::int64_t> dims = {a[0] == kUnknown ? b[0] : a[0]};
        for (int d = 1; d < a.rank(); ++d) {
            if (d != axisIn(a, 0)) {
                dims.push_back(a[d]);
            }
        }
        for (int d = 1; d < b.rank(); ++d) {
            if (d != axisIn(b, 1)) {
                dims.push_back(b[d]);
            }
        }
        if (dims.size() == 1) {
            dims.push_back(1);
        }
        const Shape result(dims);
        out.outputs.push_back({result, DType::float32});
        if (const auto count = result.withoutBatch().isKnown() ? result.withoutBatch().elementCount() : std::nullopt; count && m != kUnknown) {
            out.cost.multiplyAdds = static_cast<double>(*count) * static_cast<double>(m);
        }
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const Shape& a = inputs[0].shape;
        const Shape& b = inputs[1].shape;
        return std::make_shared<DotOp>(Vectors(a.withoutBatch(), axisIn(a, 0) - 1), Vectors(b.withoutBatch(), axisIn(b, 1) - 1), normalize);
    }
};

} // namespace

LayerType dot() {
    using L = Value::List;
    LayerType t;
    t.name = "Dot";
    t.family = Family::merge;
    t.help = "Multiplies two inputs number by number and adds up the products, as to say how alike two lists are.";
    t.formula = "y = Σ x₁ · x₂";
    t.synonyms = {"dot product", "inner product", "scalar product", "cosine", "similarity", "matrix product", "siamese"};
    t.keyParameters = {"axes", "normalize"};
    bindLayer<Dot>(t);
    t.inputs = {2, 2, {}};
    t.fromKeras = [](ParamMap config) {
        if (const auto found = config.find("axes"); found != config.end()) {
            Value::List list = found->second.asList() ? *found->second.asList() : Value::List{found->second, found->second};
            for (Value& axis : list) {
                axis = axis == Value(-1) ? Value() : axis; // as integers are written
            }
            found->second = list;
        }
        return config;
    };
    t.toKeras = [](ParamMap params) {
        Value::List list = *params.at("axes").asList();
        for (Value& axis : list) {
            axis = axis.isNull() ? Value(-1) : axis;
        }
        params["axes"] = list.size() == 2 && list[0] == list[1] ? list[0] : Value(list);
        return params;
    };
    t.examples = {{{}, {{{3, 7}}, {{3, 7}}}},
                  {{{"normalize", true}}, {{{3, 5}}, {{3, 5}}}},
                  {{{"axes", L{2, 1}}}, {{{2, 3, 4}}, {{2, 4, 5}}}},
                  {{{"axes", L{1, 2}}, {"normalize", true}}, {{{2, 4, 3}}, {{2, 2, 4}}}},
                  {{{"axes", L{Value(), 1}}}, {{{2, 3, 5}}, {{2, 5}}}}};
    return t;
}

} // namespace weft::layers
