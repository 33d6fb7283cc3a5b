// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/recurrent.h"

#include "engine/base/text.h"

#include <algorithm>

namespace weft::layers::recurrent {
namespace {

/// A layer before it that makes a sequence of what comes in.
std::vector<FixHint> sequenceFixes(const TensorSpec& in) {
    const int rank = in.shape.rank();
    if (rank == 2 && in.dtype != DType::float32) {
        return {insertBefore("Insert Embedding", "Embedding")};
    }
    if (rank <= 2) {
        return {insertBefore("Insert Reshape: one number per step", "Reshape", {{"target_shape", Value::List{-1, 1}}})};
    }
    const Shape sample = in.shape.withoutBatch();
    if (sample.isKnown() && isSize(sample.elementCount().value_or(0)) && isSize(sample[0])) {
        return {insertBefore("Insert Reshape: one list per step", "Reshape", {{"target_shape", Value::List{sample[0], -1}}})};
    }
    return {};
}

bool checkSequence(Inference& out, const Kind& kind, const TensorSpec& in) {
    if (in.shape.rank() == 3) {
        return true;
    }
    out.problems.push_back({"rank",
                            cat(kind.layer, " reads a sequence of steps, each a list of numbers, so a sample must be steps × features, but what comes in is ",
                                sampleText(in.shape), "."),
                            0, {}, sequenceFixes(in)});
    return false;
}

void checkStates(Inference& out, const Recurrent& r, const Kind& kind, std::span<const TensorSpec> inputs) {
    const auto given = static_cast<int>(inputs.size()) - 1;
    if (given == 0) {
        return;
    }
    if (given != kind.states) {
        out.problems.push_back({"initial_state",
                                cat(kind.layer, " starts from ", kind.states, kind.states == 1 ? " state" : " states", ", but ", given,
                                    given == 1 ? " is" : " are", " wired to it. Wire all of them, or none to start from 0."),
                                given, {}, {}});
        return;
    }
    for (int i = 0; i < given; ++i) {
        const Shape& shape = inputs[static_cast<std::size_t>(i) + 1].shape;
        if (shape.rank() != 2 || (shape[1] != r.units && shape[1] != kUnknown)) {
            out.problems.push_back({"initial_state",
                                    cat("The state that ", kind.layer, " starts from must be a list of ", r.units, " numbers, as many as its units, but what comes in is ",
                                        sampleText(shape), "."),
                                    i + 1, {}, {}});
        } else if (shape[0] != kUnknown && inputs[0].shape[0] != kUnknown && shape[0] != inputs[0].shape[0]) {
            out.problems.push_back({"batch_mismatch",
                                    cat(kind.layer, " needs one state for each sample, but batches of ", inputs[0].shape[0], " samples meet batches of ", shape[0],
                                        " states. Give both Inputs the same Batch size, or none."),
                                    i + 1, {}, {}});
        }
    }
}

} // namespace

Inference infer(const Recurrent& r, const Kind& kind, std::span<const TensorSpec> inputs) {
    Inference out;
    const Shape& in = inputs[0].shape;
    wantFloat(out, kind.layer, inputs);
    checkStates(out, r, kind, inputs);
    if (!checkSequence(out, kind, inputs[0])) {
        return out;
    }
    if (r.stateful && in[0] == kUnknown) {
        out.problems.push_back({"stateful_batch",
                                cat(kind.layer, " is stateful: it goes on from batch to batch, sample by sample, so it must know how many samples a batch has. Set the "
                                                "Batch size of the Input, or turn Stateful off."),
                                0, "stateful", {setParameter("Turn Stateful off", "stateful", false)}});
    }
    out.outputs.push_back({r.return_sequences ? Shape{in[0], in[1], r.units} : Shape{in[0], r.units}, DType::float32});
    if (r.return_state) {
        out.outputs.insert(out.outputs.end(), static_cast<std::size_t>(kind.states), TensorSpec{{in[0], r.units}, DType::float32});
    }
    if (in[2] == kUnknown) {
        out.problems.push_back({"unknown_size",
                                cat(kind.layer, " needs to know how many numbers each step has to make its kernel, but the last size of ", sampleText(in),
                                    " is open. Give that size in the Shape of the Input."),
                                0, {}, {}});
        return out;
    }
    out.weights.push_back({"kernel", {in[2], kind.gates * r.units}, r.kernel_initializer});
    out.weights.push_back({"recurrent_kernel", {r.units, kind.gates * r.units}, r.recurrent_initializer});
    const double columns = static_cast<double>(kind.gates) * static_cast<double>(r.units);
    out.cost.multiplyAdds = std::max(1.0, static_cast<double>(in[1])) * columns * (static_cast<double>(in[2]) + static_cast<double>(r.units));
    checkSizes(out);
    return out;
}

void addBias(Inference& out, WeightSpec bias) {
    if (!out.weights.empty()) {
        out.weights.push_back(std::move(bias));
    }
}

std::vector<MaskOf> masks(const Recurrent& r, int states) {
    std::vector<MaskOf> out(static_cast<std::size_t>(r.return_state ? 1 + states : 1));
    if (r.return_sequences) {
        out[0] = MaskOf::ofInput(0);
    }
    return out;
}

void fillRecord(LayerType& t, int states) {
    t.family = Family::recurrent;
    t.isRandom = true;
    t.inputs = {1, 1 + states, {"sequence"}, {""}};
    t.outputNames = {"output"};
    for (const char* name : {"state_h", "state_c"}) {
        if (states-- > 0) {
            t.inputs.names.push_back(cat("initial_", name));
            t.inputs.keywords.emplace_back("initial_state");
            t.outputNames.push_back(name);
        }
    }
}

std::vector<LayerExample> examples(int states) {
    const auto withStates = [states](const Shape& sequence, std::int64_t units) {
        std::vector<TensorSpec> inputs{{sequence}};
        inputs.resize(static_cast<std::size_t>(1 + states), {{sequence[0], units}});
        return inputs;
    };
    std::vector<LayerExample> e = {
        {{{"units", 3}}, {{{3, 4, 2}}}},
        {{{"units", 5}, {"return_sequences", true}, {"return_state", true}}, {{{4, 3, 3}}}},
        {{{"units", 2}, {"go_backwards", true}, {"return_state", true}}, {{{3, 4, 3}}}},
        {{{"units", 3}, {"go_backwards", true}, {"return_sequences", true}, {"zero_output_for_mask", true}, {"unroll", true}}, {{{3, 4, 2}}}},
        {{{"units", 17}, {"use_bias", false}}, {{{2, 2, 1}}}},
        {{{"units", 3}, {"return_sequences", true}, {"return_state", true}}, withStates({3, 4, 2}, 3)},
        {{{"units", 2}, {"zero_output_for_mask", true}}, withStates({3, 3, 2}, 2)},
        {{{"units", 3}, {"stateful", true}}, {{{3, 3, 2}}}},
        {{{"units", 2}, {"stateful", true}, {"return_sequences", true}, {"go_backwards", true}}, withStates({2, 3, 2}, 2)},
        {{{"units", 4}, {"dropout", 0.4}}, {{{4, 3, 5}}}},
        {{{"units", 5}, {"recurrent_dropout", 0.4}, {"return_sequences", true}}, {{{3, 3, 2}}}},
        {{{"units", 4}, {"dropout", 0.3}, {"recurrent_dropout", 0.3}, {"go_backwards", true}}, {{{3, 3, 4}}}},
        {{{"units", 2}}, {{{40, 2, 1}}}}, // more rows than a block
        {{{"units", 2}}, {{{2, 1, 3}}}},
    };
    for (const std::string& name : activationChoices()) {
        e.push_back({{{"units", 4}, {"activation", name}}, {{{2, 2, 2}}}});
    }
    return e;
}

Cell::Cell(std::int64_t u, std::int64_t g, std::int64_t e, int s, bool direct, kernels::Activation a, kernels::Activation ra)
    : units(u), gates(g), extra(e), states(s), usesStateDirectly(direct), activation(a), recurrentActivation(ra),
      keepsLinear(kernels::gradientNeedsInput(a) || kernels::gradientNeedsInput(ra)), m_recurrentShape{u, g * u},
      m_biasShape{g * u} {}

const float* Cell::inputBias(const float* bias, float*) const { return bias; }

void Cell::weightGradients(std::int64_t lines, const float* z, const float*, const float* h, Part part, float* dRecurrent, float* dBias, bool accumulate) const {
    const std::int64_t columns = gates * units;
    if (dRecurrent) {
        const Rows own = partOf(m_recurrentShape, part);
        kernels::gemm({.transposeA = true,
                       .m = own.count(),
                       .n = columns,
                       .k = lines,
                       .a = h + own.begin,
                       .lda = units,
                       .b = z,
                       .ldb = columns,
                       .c = at(dRecurrent, own.begin, columns),
                       .ldc = columns,
                       .accumulate = accumulate});
    }
    if (dBias) {
        const Rows own = partOf(m_biasShape, part);
        kernels::columnSums(z, lines, columns, own.begin, own.end, dBias, accumulate);
    }
}

void activate(kernels::Activation a, Lines x, Lines y, std::int64_t rows, std::int64_t columns) {
    for (std::int64_t i = 0; i < rows; ++i) {
        kernels::activate(a, x.row(i), y.row(i), 1, columns);
    }
}

void activateGradient(kernels::Activation a, Lines x, Lines y, Lines dy, Lines dx, std::int64_t rows, std::int64_t columns) {
    for (std::int64_t i = 0; i < rows; ++i) {
        kernels::activateGradient(a, x.first ? x.row(i) : nullptr, y.row(i), dy.row(i), dx.row(i), 1, columns, false);
    }
}

void copyLines(Lines from, Lines to, std::int64_t rows, std::int64_t columns) {
    for (std::int64_t i = 0; i < rows; ++i) {
        std::copy_n(from.row(i), columns, to.row(i));
    }
}

} // namespace weft::layers::recurrent
