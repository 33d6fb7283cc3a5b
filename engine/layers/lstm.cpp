// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/recurrent.h"

namespace weft::layers {
namespace {

using namespace recurrent;

/// Hochreiter and Schmidhuber, "Long short-term memory", 1997, with forget gate. Gates lie as i, f, c, o.
class LstmCell final : public Cell {
public:
    explicit LstmCell(const Recurrent& r) : Cell(r.units, 4, r.units, 2, false, activationOf(r.activation), activationOf(r.recurrent_activation)) {}

    void forward(const Step& s) const override {
        kernels::gemm({.m = s.rows,
                       .n = 4 * units,
                       .k = units,
                       .a = s.h.first,
                       .lda = s.h.stride,
                       .b = s.weights[1],
                       .ldb = 4 * units,
                       .c = s.z.first,
                       .ldc = s.z.stride,
                       .accumulate = true});
        if (s.linear.first) {
            copyLines(s.z, s.linear, s.rows, 4 * units);
        }
        for (const std::int64_t gate : {0, 1, 3}) {
            activate(recurrentActivation, from(s.z, gate * units), from(s.z, gate * units), s.rows, units);
        }
        activate(activation, from(s.z, 2 * units), from(s.z, 2 * units), s.rows, units);
        for (std::int64_t row = 0; row < s.rows; ++row) {
            const float* const z = s.z.row(row);
            kernels::multiplied(z + units, s.before[1].row(row), s.after[1].row(row), units, false);
            kernels::multiplied(z, z + 2 * units, s.after[1].row(row), units, true);
            kernels::activate(activation, s.after[1].row(row), s.extra.row(row), 1, units);
            kernels::multiplied(z + 3 * units, s.extra.row(row), s.after[0].row(row), units, false);
        }
    }

    void backward(const BackwardStep& s) const override {
        for (std::int64_t row = 0; row < s.rows; ++row) {
            float* const z = s.z.row(row);
            float* const d = s.scratch;
            float* const dc = s.dBefore[1].row(row);
            const float* const dh = s.dAfter[0].row(row);
            kernels::multiplied(dh, s.extra.row(row), d + 3 * units, units, false);
            kernels::multiplied(dh, z + 3 * units, dc, units, false);
            kernels::activateGradient(activation, s.after[1].row(row), s.extra.row(row), dc, dc, 1, units, false);
            kernels::scaled(1.0F, s.dAfter[1].row(row), dc, units, true);
            kernels::multiplied(dc, z + 2 * units, d, units, false);
            kernels::multiplied(dc, s.before[1].row(row), d + units, units, false);
            kernels::multiplied(dc, z, d + 2 * units, units, false);
            kernels::multiplied(dc, z + units, dc, units, false);
            for (std::int64_t gate = 0; gate < 4; ++gate) {
                const std::int64_t at = gate * units;
                kernels::activateGradient(gate == 2 ? activation : recurrentActivation, s.linear.first ? s.linear.row(row) + at : nullptr, z + at, d + at, z + at, 1,
                                          units, false);
            }
        }
        kernels::gemm({.m = s.rows,
                       .n = units,
                       .k = 4 * units,
                       .a = s.z.first,
                       .lda = s.z.stride,
                       .b = s.transposed,
                       .ldb = units,
                       .c = s.dh.first,
                       .ldc = s.dh.stride});
    }
};

struct Lstm : Recurrent {
    bool unit_forget_bias = true;

    static Binding<Lstm> binding() {
        Binding<Lstm> b;
        bindSize(b);
        bindGates(b);
        bindRest(b);
        b("unit_forget_bias", &Lstm::unit_forget_bias, "Unit forget bias", "Fills the forget gate's bias with 1 before training, so that at first much is remembered.")
            .advanced().when("use_bias", true);
        bindSeed(b);
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out = recurrent::infer(*this, {"LSTM", 4, 2}, inputs);
        if (use_bias) {
            WeightSpec bias{"bias", {4 * units}, bias_initializer};
            bias.onesBegin = unit_forget_bias ? units : 0;
            bias.onesEnd = unit_forget_bias ? 2 * units : 0;
            addBias(out, std::move(bias));
        }
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const { return op(*this, std::make_unique<LstmCell>(*this), inputs); }
};

} // namespace

LayerType lstm() {
    LayerType t;
    t.name = "LSTM";
    t.help = "Reads a sequence step by step and remembers what matters over long stretches: gates say what is kept, forgotten and given out.";
    t.formula = "c = f · c₋₁ + i · activation(x · W + h₋₁ · U + b),  h = o · activation(c)";
    t.synonyms = {"long short-term memory", "RNN", "recurrent", "sequence", "time series", "memory", "text"};
    t.keyParameters = {"units", "return_sequences"};
    bindRecurrent<Lstm>(t, 2);
    t.examples = examples(2);
    const ParamMap small{{"units", 3}, {"return_sequences", true}};
    ParamMap plain = small;
    plain["unit_forget_bias"] = false;
    plain["seed"] = 5;
    t.examples.push_back({plain, {{{2, 3, 2}}}});
    return t;
}

} // namespace weft::layers
