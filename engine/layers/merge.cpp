// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/merge.h"

#include "engine/base/text.h"
#include "engine/layers/broadcast.h"

#include <algorithm>

namespace weft::layers {
namespace {

/// Size `back` places from the end of a sample; 1 before its beginning.
std::int64_t sizeFromEnd(const Shape& sample, int back) { return back <= sample.rank() ? sample[sample.rank() - back] : 1; }

/// The common shape of two samples; nullopt if there is none. Unknown with anything stays unknown, as in Keras.
std::optional<Shape> combined(const Shape& a, const Shape& b) {
    std::vector<std::int64_t> dims;
    for (int back = std::max(a.rank(), b.rank()); back > 0; --back) {
        const std::int64_t m = sizeFromEnd(a, back);
        const std::int64_t n = sizeFromEnd(b, back);
        if (m == kUnknown || n == kUnknown) {
            dims.push_back(kUnknown);
        } else if (m == n || n == 1) {
            dims.push_back(m);
        } else if (m == 1) {
            dims.push_back(n);
        } else {
            return std::nullopt;
        }
    }
    return Shape(std::move(dims));
}

std::vector<FixHint> fixesFor(const Shape& wanted, const Shape& got) {
    // A Dense changes the last size and nothing else.
    Shape changed = got;
    if (got.rank() >= 2 && wanted.rank() >= 2 && isSize(wanted.back())) {
        changed[got.rank() - 1] = wanted.back();
        if (combined(wanted.withoutBatch(), changed.withoutBatch())) {
            return {insertBefore(cat("Insert Dense with ", wanted.back(), wanted.back() == 1 ? " unit" : " units"), "Dense", {{"units", wanted.back()}})};
        }
    }
    return {};
}

class SumOp final : public LayerOp {
public:
    SumOp(std::span<const TensorSpec> inputs, const Shape& sample, float scale, float scaleOfRest) : m_count(sample.count()) {
        for (const TensorSpec& spec : inputs) {
            m_terms.push_back({Broadcast(spec.shape.withoutBatch(), sample), spec.shape.count(1), m_terms.empty() ? scale : scaleOfRest});
        }
    }

    Booking book(bool) const override { return {.needsInputs = false, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        float* out = floatsOf(pass.outputs[0]);
        for (std::size_t i = 0; i < m_terms.size(); ++i) {
            const Term& term = m_terms[i];
            const float* in = floatsOf(pass.inputs[i]);
            if (term.broadcast.isIdentity()) {
                kernels::scaled(term.scale, at(in, rows.begin, m_count), at(out, rows.begin, m_count), rows.count() * m_count, i > 0);
                continue;
            }
            for (std::int64_t row = rows.begin; row < rows.end; ++row) {
                const float* x = at(in, row, term.count);
                float* y = at(out, row, m_count);
                if (i == 0) {
                    std::fill_n(y, m_count, 0.0F);
                }
                term.broadcast.forEach([&](std::int64_t from, std::int64_t to) { y[to] += term.scale * x[from]; });
            }
        }
        writeMergedMask(pass, rows, m_terms.size());
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        for (std::size_t i = 0; i < m_terms.size(); ++i) {
            const Term& term = m_terms[i];
            if (!pass.inputGradients[i]) {
                continue;
            }
            const float* dy = at(pass.outputGradients[0], rows.begin, m_count);
            float* dx = at(pass.inputGradients[i], rows.begin, term.count);
            if (term.broadcast.isIdentity()) {
                kernels::scaled(term.scale, dy, dx, rows.count() * m_count, pass.accumulate[i]);
                continue;
            }
            if (!pass.accumulate[i]) {
                std::fill_n(dx, rows.count() * term.count, 0.0F);
            }
            for (std::int64_t row = 0; row < rows.count(); ++row, dy += m_count, dx += term.count) {
                term.broadcast.forEach([&](std::int64_t to, std::int64_t from) { dx[to] += term.scale * dy[from]; });
            }
        }
    }

private:
    struct Term {
        Broadcast broadcast;
        std::int64_t count; ///< numbers per sample
        float scale;
    };
    std::int64_t m_count; ///< numbers per sample of the output
    std::vector<Term> m_terms;
};

} // namespace

Inference inferElementwise(std::string_view layer, std::span<const TensorSpec> inputs) {
    Inference out;
    wantFloat(out, layer, inputs);
    std::int64_t batch = inputs[0].shape[0];
    Shape sample = inputs[0].shape.withoutBatch();
    for (std::size_t i = 1; i < inputs.size(); ++i) {
        const Shape& shape = inputs[i].shape;
        if (batch == kUnknown) {
            batch = shape[0];
        } else if (shape[0] != kUnknown && shape[0] != batch) {
            out.problems.push_back({"batch_mismatch",
                                    cat(layer, " combines samples one by one, but batches of ", batch, " samples meet batches of ", shape[0],
                                        ". Give both Inputs the same Batch size, or none."),
                                    static_cast<int>(i), {}, {}});
        }
        if (const auto both = combined(sample, shape.withoutBatch())) {
            sample = *both;
            continue;
        }
        const Shape before = sample.prepended(kUnknown);
        out.problems.push_back({"shape_mismatch",
                                cat(layer, " combines its inputs number by number, so their shapes must agree, but input ", i + 1, " is ", sampleText(shape),
                                    " where ", sampleText(before), " is expected. Only a size of 1 is repeated to fit."),
                                static_cast<int>(i), {}, fixesFor(before, shape)});
    }
    out.outputs.push_back({sample.prepended(batch), DType::float32});
    checkSizes(out);
    return out;
}

std::shared_ptr<const LayerOp> sumOp(std::span<const TensorSpec> inputs, float scale) {
    return std::make_shared<SumOp>(inputs, inferElementwise("", inputs).outputs[0].shape.withoutBatch(), scale, scale);
}

std::shared_ptr<const LayerOp> differenceOp(std::span<const TensorSpec> inputs) {
    return std::make_shared<SumOp>(inputs, inferElementwise("", inputs).outputs[0].shape.withoutBatch(), 1.0F, -1.0F);
}

std::vector<MaskOf> mergedMask(const ParamMap&, std::span<const TensorSpec>, std::span<const std::optional<Shape>> masks) {
    const bool same = std::ranges::all_of(masks, [&](const std::optional<Shape>& mask) { return mask && mask->withoutBatch() == masks[0]->withoutBatch(); });
    return {same ? MaskOf::own(*masks[0]) : MaskOf{}};
}

void writeMergedMask(const Pass& pass, Rows rows, std::size_t inputs) {
    std::uint8_t* const out = pass.outputMasks ? pass.outputMasks[0] : nullptr;
    if (!out) {
        return;
    }
    const std::int64_t size = pass.inputMaskSizes[0];
    for (std::int64_t i = rows.begin * size; i < rows.end * size; ++i) {
        out[i] = std::any_of(pass.inputMasks, pass.inputMasks + inputs, [i](const std::uint8_t* mask) { return mask[i] != 0; });
    }
}

std::vector<LayerExample> elementwiseExamples() {
    return {{{}, {{{3, 7}}, {{3, 7}}}},
            {{}, {{{2, 5, 19}}, {{2, 5, 19}}, {{2, 5, 19}}}},
            {{}, {{{2, 3, 4}}, {{2, 4}}}},
            {{}, {{{2, 4}}, {{2, 3, 4}}}},
            {{}, {{{2, 3, 1, 5}}, {{2, 1, 4, 1}}, {{2, 5}}}},
            {{}, {{{3, 1}}, {{3, 6}}}},
            {{}, {{{4}}, {{4}}}},
            {{}, {{{4}}, {{4, 3}}}}};
}

} // namespace weft::layers
