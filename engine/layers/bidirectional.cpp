// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/held.h"

#include <algorithm>
#include <array>

namespace weft::layers {
namespace {

constexpr std::size_t kMostStates = 2;
/// Rows at a time in inference, where outputs of both directions lie in the scratch.
constexpr std::int64_t kBlockRows = 32;

const std::vector<std::string> kModes = {"concat", "sum", "mul", "ave"};
enum class Merge { concat, sum, mul, ave, none };

/// One of the two directions.
struct Direction {
    std::shared_ptr<const LayerOp> op;
    std::int64_t units = 0;
    std::size_t weights = 0;
    std::size_t states = 0;      ///< outputs, and states that it is given
    std::size_t kept = 0;        ///< from batch to batch
    std::size_t stash = 0;       ///< floats per sample that its op books in training
};

class BidirectionalOp final : public LayerOp {
public:
    BidirectionalOp(std::array<Direction, 2> directions, Merge merge, std::int64_t lines, bool returnState, bool initial)
        : m_directions(std::move(directions)), m_merge(merge), m_lines(lines), m_returnState(returnState), m_initial(initial) {
        for (Direction& d : m_directions) {
            d.kept = d.op->stateSizes().size();
            d.stash = d.op->book(true).stashBytesPerSample / sizeof(float);
        }
    }

    Booking book(bool training) const override {
        Booking both{.needsInputs = false, .needsOutputs = false};
        std::size_t own = 0;
        for (const Direction& d : m_directions) {
            const Booking one = d.op->book(training);
            both.stashBytesPerSample += one.stashBytesPerSample;
            both.scratchFloats = std::max(both.scratchFloats, one.scratchFloats);
            both.needsInputs = both.needsInputs || one.needsInputs;
            both.needsOutputs = both.needsOutputs || one.needsOutputs;
            own += static_cast<std::size_t>(m_lines * d.units);
        }
        if (training) { // outputs, and gradients by them
            both.stashBytesPerSample += 2 * own * sizeof(float);
        } else {
            both.scratchFloats += static_cast<std::size_t>(kBlockRows) * own;
        }
        return both;
    }

    std::vector<std::int64_t> stateSizes() const override {
        std::vector<std::int64_t> sizes = m_directions[0].op->stateSizes();
        const auto others = m_directions[1].op->stateSizes();
        sizes.insert(sizes.end(), others.begin(), others.end());
        return sizes;
    }

    void forward(const Pass& pass, Rows rows, float* scratch) const override {
        if (pass.training) {
            Inner inner[2] = {innerPass(pass, 0), innerPass(pass, 1)};
            run(pass, rows, inner, {stashed(pass, 0, false), stashed(pass, 1, false)}, scratch);
            return;
        }
        for (std::int64_t first = rows.begin; first < rows.end; first += kBlockRows) {
            const Rows block{first, std::min(first + kBlockRows, rows.end)};
            Inner inner[2] = {innerPass(pass, 0), innerPass(pass, 1)};
            // Pointers are to row 0, of which only this block is there.
            const std::int64_t sizes[2] = {m_lines * m_directions[0].units, m_lines * m_directions[1].units};
            run(pass, block, inner, {shifted(scratch, first * sizes[0]), shifted(scratch + kBlockRows * sizes[0], first * sizes[1])},
                scratch + kBlockRows * (sizes[0] + sizes[1]));
        }
    }

    void backward(const Pass& pass, Rows rows, float* scratch) const override {
        split(pass, rows);
        for (std::size_t k = 0; k < 2; ++k) {
            Inner inner = innerPass(pass, k);
            if (pass.outputGradients[m_merge == Merge::none ? k : 0]) {
                inner.outputGradients[0] = stashed(pass, k, true);
            }
            inner.outputs[0] = stashed(pass, k, false);
            m_directions[k].op->backward(inner.pointed(), rows, scratch);
        }
    }

    void weightGradient(const Pass& pass, Part part, float* scratch) const override {
        for (std::size_t k = 0; k < 2; ++k) {
            Inner inner = innerPass(pass, k);
            inner.outputGradients[0] = stashed(pass, k, true);
            inner.outputs[0] = stashed(pass, k, false);
            m_directions[k].op->weightGradient(inner.pointed(), part, scratch);
        }
    }

private:
    /// A direction's pass with the arrays that it points to.
    struct Inner {
        Pass pass;
        std::array<const void*, 1 + kMostStates> inputs{};
        std::array<void*, 1 + kMostStates> outputs{};
        std::array<const std::uint8_t*, 1 + kMostStates> masks{};
        std::array<std::int64_t, 1 + kMostStates> maskSizes{};
        std::array<std::uint8_t*, 1 + kMostStates> outputMasks{};
        std::array<const float*, 1 + kMostStates> outputGradients{};
        std::array<float*, 1 + kMostStates> inputGradients{};
        std::array<bool, 1 + kMostStates> accumulate{};

        const Pass& pointed() {
            pass.inputs = inputs.data();
            pass.outputs = outputs.data();
            pass.inputMasks = masks.data();
            pass.inputMaskSizes = maskSizes[0] < 0 ? nullptr : maskSizes.data();
            pass.outputMasks = outputMasks.data();
            pass.outputGradients = outputGradients.data();
            pass.inputGradients = inputGradients.data();
            pass.accumulate = accumulate.data();
            return pass;
        }
    };

    static float* shifted(float* p, std::int64_t back) {
        return reinterpret_cast<float*>(reinterpret_cast<std::uintptr_t>(p) - static_cast<std::uintptr_t>(back) * sizeof(float));
    }

    std::size_t mergedOutputs() const { return m_merge == Merge::none ? 2 : 1; }

    /// Outputs of a direction, or gradients by them, for the whole batch; behind the stashes of both ops.
    float* stashed(const Pass& pass, std::size_t k, bool gradient) const {
        const auto size = [this](std::size_t i) { return static_cast<std::size_t>(m_lines * m_directions[i].units); };
        const std::size_t before = m_directions[0].stash + m_directions[1].stash + (k == 1 ? size(0) : 0) + (gradient ? size(0) + size(1) : 0);
        return floatsOf(pass.stash) + pass.batch * static_cast<std::int64_t>(before);
    }

    Inner innerPass(const Pass& pass, std::size_t k) const {
        const Direction& d = m_directions[k];
        Inner inner;
        inner.pass = pass;
        inner.pass.seed ^= k * 0xA0761D6478BD642FU; // its own random numbers
        inner.pass.weights = pass.weights + (k == 1 ? m_directions[0].weights : 0);
        inner.pass.states = d.kept > 0 ? pass.states + (k == 1 ? m_directions[0].kept : 0) : nullptr;
        inner.pass.stash = floatsOf(pass.stash) + (k == 1 ? pass.batch * static_cast<std::int64_t>(m_directions[0].stash) : 0);
        inner.inputs[0] = pass.inputs[0];
        inner.masks[0] = pass.inputMasks ? pass.inputMasks[0] : nullptr;
        inner.maskSizes[0] = pass.inputMaskSizes ? pass.inputMaskSizes[0] : -1;
        const std::size_t firstState = k == 1 ? m_directions[0].states : 0;
        const bool isBackward = pass.inputGradients != nullptr;
        inner.inputGradients[0] = isBackward ? pass.inputGradients[0] : nullptr;
        inner.accumulate[0] = k == 1 || (isBackward && pass.accumulate[0]);
        for (std::size_t i = 0; i < d.states; ++i) {
            if (m_initial) {
                const std::size_t port = 1 + firstState + i;
                inner.inputs[1 + i] = pass.inputs[port];
                inner.inputGradients[1 + i] = isBackward ? pass.inputGradients[port] : nullptr;
                inner.accumulate[1 + i] = isBackward && pass.accumulate[port];
            }
            if (m_returnState) {
                const std::size_t port = mergedOutputs() + firstState + i;
                inner.outputs[1 + i] = pass.outputs[port];
                inner.outputGradients[1 + i] = pass.outputGradients ? pass.outputGradients[port] : nullptr;
            }
        }
        if (pass.weightGradients) {
            inner.pass.weightGradients = pass.weightGradients + (k == 1 ? m_directions[0].weights : 0);
        }
        return inner;
    }

    void run(const Pass& pass, Rows rows, Inner (&inner)[2], std::array<float*, 2> y, float* scratch) const {
        for (std::size_t k = 0; k < 2; ++k) {
            inner[k].outputs[0] = y[k];
            m_directions[k].op->forward(inner[k].pointed(), rows, scratch);
        }
        const std::int64_t a = m_directions[0].units;
        const std::int64_t b = m_directions[1].units;
        float* const out = floatsOf(pass.outputs[0]);
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            for (std::int64_t s = 0; s < m_lines; ++s) {
                const std::int64_t line = row * m_lines + s;
                const float* const f = at(y[0], line, a);
                const float* const g = at(y[1], row * m_lines + m_lines - 1 - s, b);
                switch (m_merge) {
                case Merge::concat:
                    std::copy_n(f, a, at(out, line, a + b));
                    std::copy_n(g, b, at(out, line, a + b) + a);
                    break;
                case Merge::none:
                    std::copy_n(f, a, at(out, line, a));
                    std::copy_n(g, b, at(floatsOf(pass.outputs[1]), line, b));
                    break;
                case Merge::mul: kernels::multiplied(f, g, at(out, line, a), a, false); break;
                case Merge::sum:
                case Merge::ave:
                    kernels::scaled(share(), f, at(out, line, a), a, false);
                    kernels::scaled(share(), g, at(out, line, a), a, true);
                    break;
                }
            }
        }
    }

    float share() const { return m_merge == Merge::ave ? 0.5F : 1.0F; }

    /// Gradients by the outputs of both directions.
    void split(const Pass& pass, Rows rows) const {
        const std::int64_t a = m_directions[0].units;
        const std::int64_t b = m_directions[1].units;
        const float* const d = pass.outputGradients[0];
        const float* const other = m_merge == Merge::none ? pass.outputGradients[1] : d;
        float* const df = stashed(pass, 0, true);
        float* const dg = stashed(pass, 1, true);
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            for (std::int64_t s = 0; s < m_lines; ++s) {
                const std::int64_t line = row * m_lines + s;
                const std::int64_t turned = row * m_lines + m_lines - 1 - s;
                if (m_merge == Merge::none) {
                    if (d) {
                        std::copy_n(at(d, line, a), a, at(df, line, a));
                    }
                    if (other) {
                        std::copy_n(at(other, line, b), b, at(dg, turned, b));
                    }
                } else if (d && m_merge == Merge::concat) {
                    std::copy_n(at(d, line, a + b), a, at(df, line, a));
                    std::copy_n(at(d, line, a + b) + a, b, at(dg, turned, b));
                } else if (d && m_merge == Merge::mul) {
                    kernels::multiplied(at(d, line, a), at(stashed(pass, 1, false), turned, a), at(df, line, a), a, false);
                    kernels::multiplied(at(d, line, a), at(stashed(pass, 0, false), line, a), at(dg, turned, a), a, false);
                } else if (d) {
                    kernels::scaled(share(), at(d, line, a), at(df, line, a), a, false);
                    kernels::scaled(share(), at(d, line, a), at(dg, turned, a), a, false);
                }
            }
        }
    }

    std::array<Direction, 2> m_directions;
    Merge m_merge;
    std::int64_t m_lines; ///< of a sample's output: its steps, or 1
    bool m_returnState, m_initial;
};

struct Bidirectional {
    Object layer{"LSTM", {}};
    std::optional<std::string> merge_mode = "concat";
    std::optional<Object> backward_layer;

    static Binding<Bidirectional> binding() {
        Binding<Bidirectional> b;
        b("layer", &Bidirectional::layer, "Layer", "The recurrent layer that reads the sequence from its beginning; another one like it reads it from its end.")
            .from("layers").required();
        b("merge_mode", &Bidirectional::merge_mode, "Merge mode",
          "How both outputs become one: side by side (concat), added, multiplied, or their mean (ave); none gives two outputs.")
            .choices(kModes);
        b("backward_layer", &Bidirectional::backward_layer, "Backward layer", "The layer that reads from the end, if it is to differ; it must go backwards.")
            .from("layers").advanced();
        return b;
    }

    Merge merge() const {
        return merge_mode ? static_cast<Merge>(std::find(kModes.begin(), kModes.end(), *merge_mode) - kModes.begin()) : Merge::none;
    }

    /// Both layers as they run: where sequences come out, masked steps give 0, so that they can be merged.
    std::optional<std::array<Held, 2>> heldLayers(Inference& out) const {
        auto first = heldLayer(out, "Bidirectional", layer, "layer");
        if (!first || !checkRecurrent(out, *first, "layer")) {
            return std::nullopt;
        }
        auto second = backward_layer ? heldLayer(out, "Bidirectional", *backward_layer, "backward_layer") : first;
        if (!second || !checkRecurrent(out, *second, "backward_layer")) {
            return std::nullopt;
        }
        if (!backward_layer) {
            second->params["go_backwards"] = true;
        }
        if (first->isTrue("go_backwards") == second->isTrue("go_backwards")) {
            const char* const parameter = backward_layer ? "backward_layer" : "layer";
            Object mended = backward_layer ? *backward_layer : layer;
            mended.params["go_backwards"] = backward_layer && !first->isTrue("go_backwards");
            out.problems.push_back({"go_backwards",
                                    "Bidirectional needs one layer that reads forwards and one that goes backwards, but both of its layers read in the same direction.", -1,
                                    parameter, {setParameter("Turn it round", parameter, std::move(mended))}});
        }
        for (const char* name : {"return_sequences", "return_state", "stateful"}) {
            if (first->isTrue(name) != second->isTrue(name)) {
                Object mended = *backward_layer;
                mended.params[name] = first->isTrue(name);
                out.problems.push_back({"different_layers",
                                        cat("Both layers of Bidirectional must have the same ", name, ", but it is ", first->isTrue(name) ? "on" : "off",
                                            " for the first and ", first->isTrue(name) ? "off" : "on", " for the backward layer."),
                                        -1, "backward_layer", {setParameter("Make them the same", "backward_layer", std::move(mended))}});
            }
        }
        for (Held* held : {&*first, &*second}) {
            held->params["zero_output_for_mask"] = held->isTrue("return_sequences");
        }
        return out.problems.empty() ? std::optional(std::array<Held, 2>{*first, *second}) : std::nullopt;
    }

    static bool checkRecurrent(Inference& out, const Held& held, const char* parameter) {
        for (const char* name : {"go_backwards", "return_sequences", "return_state", "stateful", "zero_output_for_mask"}) {
            if (!held.has(name)) {
                out.problems.push_back({"not_recurrent",
                                        cat("Bidirectional reads a sequence in both directions, so it must hold a recurrent layer such as LSTM, but it holds ",
                                            held.type->name, "."),
                                        -1, parameter, {setParameter("Use an LSTM", parameter, Object{"LSTM", {}})}});
                return false;
            }
        }
        return true;
    }

    /// Inputs of both: the sequence, and each its half of the states.
    static std::array<std::vector<TensorSpec>, 2> inputsOf(std::span<const TensorSpec> inputs) {
        const std::size_t half = (inputs.size() - 1) / 2;
        std::array<std::vector<TensorSpec>, 2> out = {std::vector{inputs[0]}, std::vector{inputs[0]}};
        out[0].insert(out[0].end(), inputs.begin() + 1, inputs.begin() + 1 + static_cast<std::ptrdiff_t>(half));
        out[1].insert(out[1].end(), inputs.begin() + 1 + static_cast<std::ptrdiff_t>(half), inputs.end());
        return out;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const auto held = heldLayers(out);
        if (!held) {
            return out;
        }
        if (inputs.size() % 2 == 0) {
            out.problems.push_back({"initial_state",
                                    "Bidirectional starts from states of both its layers, as many for the one as for the other, but an odd number is wired to it. Wire all of "
                                    "them, or none to start from 0.",
                                    static_cast<int>(inputs.size()) - 1, {}, {}});
            return out;
        }
        const auto specs = inputsOf(inputs);
        std::array<Inference, 2> inner;
        for (std::size_t k = 0; k < 2; ++k) {
            inner[k] = (*held)[k].type->infer((*held)[k].params, specs[k]);
            if (out.problems.empty()) { // what both say of one input is said once
                const bool own = k == 1 && backward_layer;
                adoptProblems(out, inner[k].problems, own ? *backward_layer : layer, own ? "backward_layer" : "layer", true);
            }
            for (WeightSpec& weight : inner[k].weights) {
                weight.name = cat(k == 0 ? "forward_layer/" : "backward_layer/", weight.name);
                weight.trainable = weight.trainable && (*held)[k].trainable;
                out.weights.push_back(std::move(weight));
            }
            out.cost.multiplyAdds += inner[k].cost.multiplyAdds;
        }
        if (inner[0].outputs.empty() || inner[1].outputs.empty()) {
            return out;
        }
        TensorSpec first = inner[0].outputs[0];
        const TensorSpec& second = inner[1].outputs[0];
        const std::int64_t a = first.shape.back();
        const std::int64_t b = second.shape.back();
        if (merge() == Merge::concat) {
            first.shape[first.shape.rank() - 1] = a + b;
        } else if (merge() != Merge::none && a != b) {
            out.problems.push_back({"units",
                                    cat("The outputs of both layers are combined number by number, so both need as many units, but they have ", a, " and ", b,
                                        ". Merge mode concat puts them side by side."),
                                    -1, "merge_mode", {setParameter("Put them side by side", "merge_mode", kModes[0])}});
        }
        out.outputs.push_back(first);
        if (merge() == Merge::none) {
            out.outputs.push_back(second);
        }
        for (const Inference& one : inner) {
            out.outputs.insert(out.outputs.end(), one.outputs.begin() + 1, one.outputs.end());
        }
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        Inference unused;
        const auto held = *heldLayers(unused);
        const auto specs = inputsOf(inputs);
        std::array<Direction, 2> directions;
        std::int64_t lines = 1;
        for (std::size_t k = 0; k < 2; ++k) {
            const Inference inner = held[k].type->infer(held[k].params, specs[k]);
            const Shape& out = inner.outputs[0].shape;
            lines = out.count(1) / out.back();
            directions[k].op = held[k].type->build(held[k].params, specs[k]);
            directions[k].units = out.back();
            directions[k].weights = inner.weights.size();
            directions[k].states = std::max(inner.outputs.size(), specs[k].size()) - 1;
        }
        return std::make_shared<BidirectionalOp>(std::move(directions), merge(), lines, held[0].isTrue("return_state"), inputs.size() > 1);
    }
};

std::vector<MaskOf> masksOf(const ParamMap& params, std::span<const TensorSpec> inputs, std::span<const std::optional<Shape>>) {
    const Bidirectional b = Bidirectional::binding().read(params);
    Inference unused;
    const auto held = b.heldLayers(unused);
    std::vector<MaskOf> out(b.infer(inputs).outputs.size());
    for (std::size_t i = 0; held && (*held)[0].isTrue("return_sequences") && i < out.size() && i < (b.merge_mode ? 1U : 2U); ++i) {
        out[i] = MaskOf::ofInput(0);
    }
    return out;
}

std::vector<LayerExample> examplesOf() {
    const auto of = [](const char* type, ParamMap params, Value mode = "concat") {
        params["units"] = 3;
        return ParamMap{{"layer", Object{type, std::move(params)}}, {"merge_mode", std::move(mode)}};
    };
    const ParamMap sequences{{"return_sequences", true}};
    std::vector<LayerExample> e = {
        {of("LSTM", {}), {{{3, 4, 2}}}},
        {of("LSTM", sequences), {{{3, 4, 2}}}},
        {of("GRU", sequences, "sum"), {{{3, 4, 2}}}},
        {of("SimpleRNN", sequences, "mul"), {{{3, 4, 2}}}},
        {of("SimpleRNN", {}, "mul"), {{{3, 3, 2}}}},
        {of("GRU", sequences, "ave"), {{{3, 3, 2}}}},
        {of("LSTM", sequences, Value()), {{{2, 3, 2}}}},
        {of("GRU", {}, Value()), {{{40, 3, 2}}}},
        {of("LSTM", {{"return_state", true}}, "sum"), {{{3, 3, 2}}}},
        {of("LSTM", {{"return_state", true}, {"return_sequences", true}}, Value()), {{{2, 3, 2}}, {{2, 3}}, {{2, 3}}, {{2, 3}}, {{2, 3}}}},
        {of("GRU", sequences), {{{2, 3, 2}}, {{2, 3}}, {{2, 3}}}},
        {of("GRU", {{"stateful", true}}), {{{3, 3, 2}}}},
        {of("LSTM", {{"dropout", 0.4}, {"recurrent_dropout", 0.3}, {"name", "forward_lstm"}}), {{{3, 3, 4}}}},
    };
    ParamMap own = of("LSTM", sequences);
    own["backward_layer"] = Object{"GRU", {{"units", 2}, {"return_sequences", true}, {"go_backwards", true}}};
    e.push_back({own, {{{3, 3, 2}}}});
    own["merge_mode"] = Value();
    e.push_back({own, {{{2, 3, 2}}}});
    return e;
}

} // namespace

LayerType bidirectional() {
    LayerType t;
    t.name = "Bidirectional";
    t.family = Family::recurrent;
    t.help = "Reads a sequence in both directions with two recurrent layers, so that every step knows what came before it and what comes after.";
    t.formula = "y = [layer(x), reversed(layer'(reversed(x)))]";
    t.synonyms = {"wrapper", "BiLSTM", "BiGRU", "BRNN", "both directions", "recurrent", "RNN"};
    t.keyParameters = {"layer", "merge_mode"};
    bindLayer<Bidirectional>(t);
    t.masks = masksOf;
    t.isRandom = true; // what it holds may be
    t.inputs = {1, 1 + 2 * static_cast<int>(kMostStates), {"sequence"}, {""}};
    t.inputs.keywords.resize(static_cast<std::size_t>(t.inputs.maximum), "initial_state");
    t.examples = examplesOf();
    return t;
}

} // namespace weft::layers
