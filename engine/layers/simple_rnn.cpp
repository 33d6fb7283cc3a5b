// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/recurrent.h"

namespace weft::layers {
namespace {

using namespace recurrent;

/// Elman, "Finding structure in time", 1990.
class SimpleCell final : public Cell {
public:
    explicit SimpleCell(const Recurrent& r) : Cell(r.units, 1, 0, 1, false, activationOf(r.activation), kernels::Activation::linear) {}

    void forward(const Step& s) const override {
        kernels::gemm({.m = s.rows,
                       .n = units,
                       .k = units,
                       .a = s.h.first,
                       .lda = s.h.stride,
                       .b = s.weights[1],
                       .ldb = units,
                       .c = s.z.first,
                       .ldc = s.z.stride,
                       .accumulate = true});
        if (s.linear.first) {
            copyLines(s.z, s.linear, s.rows, units);
        }
        activate(activation, s.z, s.z, s.rows, units);
        copyLines(s.z, s.after[0], s.rows, units);
    }

    void backward(const BackwardStep& s) const override {
        activateGradient(activation, s.linear, s.z, s.dAfter[0], s.z, s.rows, units);
        kernels::gemm({.m = s.rows,
                       .n = units,
                       .k = units,
                       .a = s.z.first,
                       .lda = s.z.stride,
                       .b = s.transposed,
                       .ldb = units,
                       .c = s.dh.first,
                       .ldc = s.dh.stride});
    }
};

struct SimpleRnn : Recurrent {
    static Binding<SimpleRnn> binding() {
        Binding<SimpleRnn> b;
        bindSize(b);
        bindRest(b);
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out = recurrent::infer(*this, {"SimpleRNN", 1, 1}, inputs);
        if (use_bias) {
            addBias(out, {"bias", {units}, bias_initializer});
        }
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const { return op(*this, std::make_unique<SimpleCell>(*this), inputs); }
};

} // namespace

LayerType simple_rnn() {
    LayerType t;
    t.name = "SimpleRNN";
    t.help = "Reads a sequence step by step; each output depends on the step and on the output before. It forgets soon: LSTM and GRU remember longer.";
    t.formula = "h = activation(x · W + h₋₁ · U + b)";
    t.synonyms = {"RNN", "recurrent", "Elman", "sequence", "time series", "memory"};
    t.keyParameters = {"units", "return_sequences"};
    bindRecurrent<SimpleRnn>(t, 1);
    t.examples = examples(1);
    return t;
}

} // namespace weft::layers
