// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/support.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace weft::layers {
namespace {

/// Number `from[i]` of a sample becomes number i.
class PermuteOp final : public LayerOp {
public:
    PermuteOp(const Shape& in, const std::vector<std::int64_t>& dims, std::size_t elementSize) : m_elementSize(elementSize) {
        const Shape sample = in.withoutBatch();
        std::vector<std::int64_t> strides(dims.size());
        Shape out = sample;
        for (std::size_t a = 0; a < dims.size(); ++a) {
            const auto from = static_cast<int>(dims[a] - 1);
            strides[a] = sample.count(from + 1);
            out[static_cast<int>(a)] = sample[from];
        }
        m_from.resize(static_cast<std::size_t>(sample.count()));
        std::vector<std::int64_t> place(dims.size(), 0);
        for (std::int64_t& from : m_from) {
            from = std::inner_product(place.begin(), place.end(), strides.begin(), std::int64_t{0});
            for (std::size_t a = place.size(); a-- > 0 && ++place[a] == out[static_cast<int>(a)];) {
                place[a] = 0;
            }
        }
    }

    Booking book(bool) const override { return {.needsInputs = false, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const std::size_t rowBytes = m_from.size() * m_elementSize;
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const char* in = static_cast<const char*>(pass.inputs[0]) + static_cast<std::size_t>(row) * rowBytes;
            char* out = static_cast<char*>(pass.outputs[0]) + static_cast<std::size_t>(row) * rowBytes;
            for (const std::int64_t from : m_from) {
                std::memcpy(out, in + static_cast<std::size_t>(from) * m_elementSize, m_elementSize);
                out += m_elementSize;
            }
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        if (!pass.inputGradients[0]) {
            return;
        }
        const auto count = static_cast<std::int64_t>(m_from.size());
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const float* dy = at(pass.outputGradients[0], row, count);
            float* dx = at(pass.inputGradients[0], row, count);
            for (std::size_t i = 0; i < m_from.size(); ++i) {
                dx[m_from[i]] = pass.accumulate[0] ? dx[m_from[i]] + dy[i] : dy[i];
            }
        }
    }

private:
    std::size_t m_elementSize;
    std::vector<std::int64_t> m_from;
};

struct Permute {
    std::vector<std::int64_t> dims = {2, 1};

    static Binding<Permute> binding() {
        Binding<Permute> b;
        b("dims", &Permute::dims, "Dimensions", "The new order of a sample's dimensions, counted from 1 and without the batch: 2, 1 swaps two of them.")
            .min(1).max(64).required();
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        std::vector<std::int64_t> sorted = dims;
        std::sort(sorted.begin(), sorted.end());
        std::vector<std::int64_t> all(static_cast<std::size_t>(std::max(in.rank() - 1, 0)));
        std::iota(all.begin(), all.end(), 1);
        if (sorted != all) {
            std::vector<std::int64_t> swapped(all.rbegin(), all.rend());
            std::vector<FixHint> fixes;
            if (!all.empty()) {
                fixes.push_back(setParameter("Turn the order round", "dims", swapped));
            }
            out.problems.push_back({"dims",
                                    cat("Permute needs every dimension of a sample once; a sample of ", sampleText(in), " has ", all.size(),
                                        ", but the order given is ", Shape(dims).text(), "."),
                                    0, "dims", std::move(fixes)});
            return out;
        }
        Shape result = in;
        for (std::size_t a = 0; a < dims.size(); ++a) {
            result[static_cast<int>(a) + 1] = in[static_cast<int>(dims[a])];
        }
        out.outputs.push_back({result, inputs[0].dtype});
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        return std::make_shared<PermuteOp>(inputs[0].shape, dims, sizeOf(inputs[0].dtype));
    }
};

} // namespace

LayerType permute() {
    using L = Value::List;
    LayerType t;
    t.name = "Permute";
    t.family = Family::shape;
    t.help = "Changes the order of a sample's dimensions: rows become columns.";
    t.formula = "y[j, i] = x[i, j]";
    t.synonyms = {"transpose", "swap axes", "reorder", "permutation"};
    t.keyParameters = {"dims"};
    bindLayer<Permute>(t);
    t.examples = {{{}, {{{3, 4, 5}}}},
                  {{{"dims", L{3, 1, 2}}}, {{{2, 2, 3, 4}}}},
                  {{{"dims", L{1, 2}}}, {{{2, 3, 2}}}},
                  {{{"dims", L{1}}}, {{{3, 4}}}},
                  {{{"dims", L{2, 1, 3}}}, {{{2, 3, 2, 2}, DType::int32}}}};
    return t;
}

} // namespace weft::layers
