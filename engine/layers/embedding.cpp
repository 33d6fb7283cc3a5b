// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/support.h"

#include <algorithm>
#include <limits>

namespace weft::layers {
namespace {

class EmbeddingOp final : public LayerOp {
public:
    EmbeddingOp(std::int64_t perSample, DType dtype, std::int64_t entries, std::int64_t width)
        : m_perSample(perSample), m_dtype(dtype), m_entries(entries), m_width(width), m_shape{entries, width} {}

    Booking book(bool training) const override {
        return {.stashBytesPerSample = training ? static_cast<std::size_t>(m_perSample) * sizeof(std::int32_t) : 0, .needsInputs = false, .needsOutputs = false};
    }

    std::int64_t codes() const override { return m_entries; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        std::uint8_t* const mask = pass.outputMasks ? pass.outputMasks[0] : nullptr;
        for (std::int64_t i = rows.begin * m_perSample; i < rows.end * m_perSample; ++i) {
            const std::int64_t index = indexAt(pass.inputs[0], i);
            float* const out = at(floatsOf(pass.outputs[0]), i, m_width);
            if (inside(index)) {
                std::copy_n(at(pass.weights[0], index, m_width), m_width, out);
            } else { // no entry: what follows shows that it is not known
                std::fill_n(out, m_width, std::numeric_limits<float>::quiet_NaN());
            }
            if (mask) {
                mask[i] = index != 0;
            }
            if (pass.training) {
                static_cast<std::int32_t*>(pass.stash)[i] = static_cast<std::int32_t>(inside(index) ? index : -1);
            }
        }
    }

    /// Nothing flows back through a whole number, not even where it came as a float.
    void backward(const Pass& pass, Rows rows, float*) const override {
        if (float* const dx = pass.inputGradients[0]; dx && !pass.accumulate[0]) {
            std::fill_n(at(dx, rows.begin, m_perSample), rows.count() * m_perSample, 0.0F);
        }
    }

    void weightGradient(const Pass& pass, Part part, float*) const override {
        float* const d = pass.weightGradients[0];
        if (!d) {
            return;
        }
        const Rows own = partOf(m_shape, part);
        if (!pass.accumulateWeights) {
            std::fill_n(at(d, own.begin, m_width), own.count() * m_width, 0.0F);
        }
        const auto* const indices = static_cast<const std::int32_t*>(pass.stash);
        for (std::int64_t i = 0; i < pass.batch * m_perSample; ++i) {
            if (indices[i] >= own.begin && indices[i] < own.end) {
                kernels::scaled(1.0F, at(pass.outputGradients[0], i, m_width), at(d, indices[i], m_width), m_width, true);
            }
        }
    }

private:
    bool inside(std::int64_t index) const { return index >= 0 && index < m_entries; }

    std::int64_t indexAt(const void* in, std::int64_t i) const {
        switch (m_dtype) {
        case DType::int32: return static_cast<const std::int32_t*>(in)[i];
        case DType::int64: return static_cast<const std::int64_t*>(in)[i];
        case DType::boolean:
        case DType::uint8: return static_cast<const std::uint8_t*>(in)[i];
        case DType::float32: return truncated(static_cast<double>(static_cast<const float*>(in)[i]));
        case DType::float64: return truncated(static_cast<const double*>(in)[i]);
        }
        return -1;
    }

    static std::int64_t truncated(double x) { return x > -1.0 && x < 2147483648.0 ? static_cast<std::int64_t>(x) : -1; }

    std::int64_t m_perSample;
    DType m_dtype;
    std::int64_t m_entries, m_width;
    Shape m_shape;
};

struct Embedding {
    std::int64_t input_dim = 1000;
    std::int64_t output_dim = 16;
    bool mask_zero = false;
    Object embeddings_initializer{"RandomUniform", {}};

    static Binding<Embedding> binding() {
        Binding<Embedding> b;
        b("input_dim", &Embedding::input_dim, "Input dim", "How many different numbers come in, counted from 0: the size of the vocabulary.")
            .min(1).max(kLargestSize).required();
        b("output_dim", &Embedding::output_dim, "Output dim", "How many numbers stand for each of them afterwards.").min(1).max(kLargestSize).required();
        b("mask_zero", &Embedding::mask_zero, "Mask zero", "0 means that there is nothing, as at the end of a short sentence: layers that know of masks pass over it.");
        b("embeddings_initializer", &Embedding::embeddings_initializer, "Embeddings initializer", "How the table is filled before training.")
            .from("initializers").advanced();
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        std::vector<std::int64_t> dims = inputs[0].shape.dims();
        dims.push_back(output_dim);
        out.outputs.push_back({Shape(std::move(dims)), DType::float32});
        out.weights.push_back({"embeddings", {input_dim, output_dim}, embeddings_initializer});
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        return std::make_shared<EmbeddingOp>(inputs[0].shape.count(1), inputs[0].dtype, input_dim, output_dim);
    }
};

} // namespace

LayerType embedding() {
    LayerType t;
    t.name = "Embedding";
    t.family = Family::core;
    t.help = "Looks up a learned list of numbers for each whole number that comes in, such as the number of a word.";
    t.formula = "y = embeddings[x]";
    t.synonyms = {"lookup", "words", "tokens", "vocabulary", "text", "categorical", "word2vec"};
    t.keyParameters = {"input_dim", "output_dim", "mask_zero"};
    bindLayer<Embedding>(t);
    t.masks = [](const ParamMap& params, std::span<const TensorSpec> inputs, std::span<const std::optional<Shape>>) {
        return std::vector<MaskOf>{Embedding::binding().read(params).mask_zero ? MaskOf::own(inputs[0].shape) : MaskOf{}};
    };
    t.examples = {{{{"input_dim", 100}, {"output_dim", 3}}, {{{3, 4}, DType::int32}}},
                  {{{"input_dim", 100}, {"output_dim", 2}, {"mask_zero", true}}, {{{3, 7}, DType::int32}}},
                  {{{"input_dim", 100}, {"output_dim", 2}}, {{{5}, DType::uint8}}},
                  {{{"input_dim", 2}, {"output_dim", 17}, {"mask_zero", true}}, {{{2, 3, 2}, DType::boolean}}}};
    return t;
}

} // namespace weft::layers
