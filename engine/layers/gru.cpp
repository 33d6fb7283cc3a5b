// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/recurrent.h"

#include <algorithm>

namespace weft::layers {
namespace {

using namespace recurrent;

/// Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014. Gates lie as z, r, h. With `resetAfter` (as in the first version
/// of the paper) r weighs the product h₋₁ · U, which has a bias of its own; else it weighs h₋₁.
class GruCell final : public Cell {
public:
    GruCell(const Recurrent& r, bool resetAfter)
        : Cell(r.units, 3, r.units, 1, true, activationOf(r.activation), activationOf(r.recurrent_activation)), m_resetAfter(resetAfter), m_useBias(r.use_bias),
          m_biasesShape{2, 3 * r.units} {}

    /// The recurrent bias of z and r is added to theirs; that of h is under the reset.
    const float* inputBias(const float* bias, float* scratch) const override {
        if (!m_resetAfter) {
            return bias;
        }
        std::copy_n(bias, 3 * units, scratch);
        kernels::scaled(1.0F, bias + 3 * units, scratch, 2 * units, true);
        return scratch;
    }

    void forward(const Step& s) const override {
        product(s.h, s.weights[1], 0, 2 * units, s.z, s.rows, true, nullptr);
        if (s.linear.first) {
            copyLines(s.z, s.linear, s.rows, 2 * units);
        }
        activate(recurrentActivation, s.z, s.z, s.rows, units);
        activate(recurrentActivation, from(s.z, units), from(s.z, units), s.rows, units);
        const Lines fresh = from(s.z, 2 * units);
        if (m_resetAfter) {
            product(s.h, s.weights[1], 2 * units, units, s.extra, s.rows, false, m_useBias ? s.weights[2] + 5 * units : nullptr);
            for (std::int64_t row = 0; row < s.rows; ++row) {
                kernels::multiplied(s.z.row(row) + units, s.extra.row(row), fresh.row(row), units, true);
            }
        } else {
            for (std::int64_t row = 0; row < s.rows; ++row) {
                kernels::multiplied(s.z.row(row) + units, s.h.row(row), s.extra.row(row), units, false);
            }
            product(s.extra, s.weights[1], 2 * units, units, fresh, s.rows, true, nullptr);
        }
        if (s.linear.first) {
            copyLines(fresh, from(s.linear, 2 * units), s.rows, units);
        }
        activate(activation, fresh, fresh, s.rows, units);
        for (std::int64_t row = 0; row < s.rows; ++row) {
            const float* const z = s.z.row(row);
            const float* const hh = fresh.row(row);
            const float* const before = s.before[0].row(row);
            float* const after = s.after[0].row(row);
            for (std::int64_t j = 0; j < units; ++j) {
                after[j] = z[j] * before[j] + (1.0F - z[j]) * hh[j];
            }
        }
    }

    void backward(const BackwardStep& s) const override {
        const Lines fresh = from(s.z, 2 * units);
        const Lines reset = from(s.z, units);
        float* const d = s.scratch;
        for (std::int64_t row = 0; row < s.rows; ++row) {
            float* const z = s.z.row(row);
            float* const hh = fresh.row(row);
            const float* const before = s.before[0].row(row);
            const float* const dAfter = s.dAfter[0].row(row);
            float* const dBefore = s.dBefore[0].row(row);
            for (std::int64_t j = 0; j < units; ++j) {
                d[j] = dAfter[j] * (before[j] - hh[j]);
                d[units + j] = dAfter[j] * (1.0F - z[j]);
                dBefore[j] = dAfter[j] * z[j];
            }
            gradient(recurrentActivation, s, row, 0, d);
            gradient(activation, s, row, 2, d + units);
            if (m_resetAfter) {
                kernels::multiplied(hh, s.extra.row(row), d, units, false);
                kernels::multiplied(hh, reset.row(row), s.extra.row(row), units, false);
                gradient(recurrentActivation, s, row, 1, d);
            }
        }
        if (m_resetAfter) {
            backProduct(s.extra, s, 2, 1, false);
        } else {
            backProduct(fresh, s, 2, 1, false);
            for (std::int64_t row = 0; row < s.rows; ++row) {
                kernels::multiplied(s.dh.row(row), s.h.row(row), d, units, false);
                kernels::multiplied(s.dh.row(row), reset.row(row), s.dh.row(row), units, false);
                gradient(recurrentActivation, s, row, 1, d);
            }
        }
        backProduct(s.z, s, 0, 2, true);
    }

    void weightGradients(std::int64_t lines, const float* z, const float* extra, const float* h, Part part, float* dRecurrent, float* dBias,
                         bool accumulate) const override {
        if (dRecurrent) {
            const Rows own = partOf(m_recurrentShape, part);
            kernels::Gemm g{.transposeA = true,
                            .m = own.count(),
                            .n = 2 * units,
                            .k = lines,
                            .a = h + own.begin,
                            .lda = units,
                            .b = z,
                            .ldb = 3 * units,
                            .c = at(dRecurrent, own.begin, 3 * units),
                            .ldc = 3 * units,
                            .accumulate = accumulate};
            kernels::gemm(g);
            g.n = units;
            g.c += 2 * units;
            if (m_resetAfter) {
                g.b = extra;
                g.ldb = units;
            } else {
                g.a = extra + own.begin;
                g.b += 2 * units;
            }
            kernels::gemm(g);
        }
        if (dBias && m_resetAfter) {
            const Rows own = partOf(m_biasesShape, part);
            if (own.begin == 0 && own.end > 0) {
                kernels::columnSums(z, lines, 3 * units, 0, 3 * units, dBias, accumulate);
            }
            if (own.begin <= 1 && own.end == 2) {
                kernels::columnSums(z, lines, 3 * units, 0, 2 * units, dBias + 3 * units, accumulate);
                kernels::columnSums(extra, lines, units, 0, units, dBias + 5 * units, accumulate);
            }
        } else {
            Cell::weightGradients(lines, z, extra, h, part, nullptr, dBias, accumulate);
        }
    }

private:
    /// to (+)= lines · columns of the recurrent kernel, from `column` on.
    void product(Lines lines, const float* recurrent, std::int64_t column, std::int64_t count, Lines to, std::int64_t rows, bool accumulate,
                 const float* bias) const {
        kernels::gemm({.m = rows,
                       .n = count,
                       .k = units,
                       .a = lines.first,
                       .lda = lines.stride,
                       .b = recurrent + column,
                       .ldb = 3 * units,
                       .c = to.first,
                       .ldc = to.stride,
                       .accumulate = accumulate,
                       .bias = bias});
    }

    /// dh (+)= gradient by the product of `count` gates from `gate` on.
    void backProduct(Lines gradient, const BackwardStep& s, std::int64_t gate, std::int64_t count, bool accumulate) const {
        kernels::gemm({.m = s.rows,
                       .n = units,
                       .k = count * units,
                       .a = gradient.first,
                       .lda = gradient.stride,
                       .b = s.transposed + gate * units * units,
                       .ldb = units,
                       .c = s.dh.first,
                       .ldc = s.dh.stride,
                       .accumulate = accumulate});
    }

    /// Gate `gate` of z, which holds its value, becomes the gradient by what went into its activation; `d` is that by its value.
    void gradient(kernels::Activation a, const Step& s, std::int64_t row, std::int64_t gate, const float* d) const {
        float* const z = s.z.row(row) + gate * units;
        kernels::activateGradient(a, s.linear.first ? s.linear.row(row) + gate * units : nullptr, z, d, z, 1, units, false);
    }

    bool m_resetAfter, m_useBias;
    Shape m_biasesShape; ///< with resetAfter
};

struct Gru : Recurrent {
    bool reset_after = true;

    static Binding<Gru> binding() {
        Binding<Gru> b;
        bindSize(b);
        bindGates(b);
        bindRest(b);
        b("reset_after", &Gru::reset_after, "Reset after", "Whether the reset gate works on the product with the recurrent kernel, or before it.").advanced();
        bindSeed(b);
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out = recurrent::infer(*this, {"GRU", 3, 1}, inputs);
        if (use_bias) {
            addBias(out, {"bias", reset_after ? Shape{2, 3 * units} : Shape{3 * units}, bias_initializer});
        }
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        return op(*this, std::make_unique<GruCell>(*this, reset_after), inputs);
    }
};

} // namespace

LayerType gru() {
    LayerType t;
    t.name = "GRU";
    t.help = "Reads a sequence step by step and remembers over long stretches, with fewer weights than an LSTM.";
    t.formula = "h = z · h₋₁ + (1 - z) · activation(x · W + r · (h₋₁ · U) + b)";
    t.synonyms = {"gated recurrent unit", "RNN", "recurrent", "sequence", "time series", "memory", "text"};
    t.keyParameters = {"units", "return_sequences"};
    bindRecurrent<Gru>(t, 1);
    t.examples = examples(1);
    for (LayerExample example : examples(1)) {
        example.params["reset_after"] = false;
        t.examples.push_back(std::move(example));
    }
    return t;
}

} // namespace weft::layers
