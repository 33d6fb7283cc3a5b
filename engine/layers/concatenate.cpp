// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/support.h"

#include <cstring>

namespace weft::layers {
namespace {

class ConcatenateOp final : public LayerOp {
public:
    ConcatenateOp(std::span<const TensorSpec> inputs, int axis) : m_elementSize(sizeOf(inputs[0].dtype)) {
        const Shape& first = inputs[0].shape;
        for (int a = 1; a < axis; ++a) {
            m_pieces *= first[a];
        }
        for (const TensorSpec& spec : inputs) {
            m_lengths.push_back(spec.shape.count(axis));
            m_total += m_lengths.back();
        }
        m_isLast = axis == first.rank() - 1;
        m_features = first.back();
    }

    Booking book(bool) const override { return {.needsInputs = false, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        std::int64_t offset = 0;
        for (std::size_t i = 0; i < m_lengths.size(); ++i) {
            const std::size_t bytes = static_cast<std::size_t>(m_lengths[i]) * m_elementSize;
            const char* in = static_cast<const char*>(pass.inputs[i]) + static_cast<std::size_t>(rows.begin * m_pieces) * bytes;
            char* out = static_cast<char*>(pass.outputs[0]) + static_cast<std::size_t>(rows.begin * m_pieces * m_total + offset) * m_elementSize;
            for (std::int64_t piece = 0; piece < rows.count() * m_pieces; ++piece) {
                std::memcpy(out, in, bytes);
                in += bytes;
                out += static_cast<std::size_t>(m_total) * m_elementSize;
            }
            offset += m_lengths[i];
        }
        if (std::uint8_t* const mask = pass.outputMasks ? pass.outputMasks[0] : nullptr) {
            writeMask(pass, rows, mask);
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        std::int64_t offset = 0;
        for (std::size_t i = 0; i < m_lengths.size(); ++i) {
            if (float* dx = pass.inputGradients[i]) {
                for (std::int64_t piece = rows.begin * m_pieces; piece < rows.end * m_pieces; ++piece) {
                    kernels::scaled(1.0F, at(pass.outputGradients[0], piece, m_total) + offset, at(dx, piece, m_lengths[i]), m_lengths[i],
                                    pass.accumulate[i]);
                }
            }
            offset += m_lengths[i];
        }
    }

private:
    /// Steps joined one behind the other keep their masks; where features are joined, a step counts that counts in any input. An input without
    /// a mask counts everywhere.
    void writeMask(const Pass& pass, Rows rows, std::uint8_t* mask) const {
        if (m_isLast) { // a piece is one step
            for (std::int64_t piece = rows.begin * m_pieces; piece < rows.end * m_pieces; ++piece) {
                mask[piece] = 0;
                for (std::size_t i = 0; i < m_lengths.size(); ++i) {
                    mask[piece] |= !pass.inputMasks[i] || pass.inputMasks[i][piece] != 0;
                }
            }
            return;
        }
        std::uint8_t* out = mask + rows.begin * m_pieces * (m_total / m_features);
        for (std::int64_t piece = rows.begin * m_pieces; piece < rows.end * m_pieces; ++piece) {
            for (std::size_t i = 0; i < m_lengths.size(); ++i) {
                const std::int64_t steps = m_lengths[i] / m_features;
                for (std::int64_t s = 0; s < steps; ++s) {
                    *out++ = !pass.inputMasks[i] || pass.inputMasks[i][piece * steps + s] != 0;
                }
            }
        }
    }

    std::size_t m_elementSize;
    bool m_isLast = false;
    std::int64_t m_features = 1; ///< the last dimension
    std::int64_t m_pieces = 1;           ///< per sample
    std::int64_t m_total = 0;            ///< length of a piece of the output
    std::vector<std::int64_t> m_lengths; ///< of a piece, by input
};

struct Concatenate {
    std::int64_t axis = -1;

    static Binding<Concatenate> binding() {
        Binding<Concatenate> b;
        b("axis", &Concatenate::axis, "Axis",
          "The dimension along which inputs are put one behind the other: -1 is the last one (features or channels), 1 the first after the batch.")
            .min(-64).max(64);
        return b;
    }

    static Problem axisProblem(std::int64_t axis, const Shape& first) {
        const std::string reason = axis == 0 || axis == -first.rank() ? cat("axis ", axis, " is the batch, whose samples stay apart")
                                                                      : cat("axis ", axis, " is none of the dimensions of ", sampleText(first));
        return {"axis", cat("Concatenate cannot join along this axis: ", reason, ". Use -1 for the last dimension."), -1, "axis",
                {setParameter("Join along the last dimension", "axis", -1)}};
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& first = inputs[0].shape;
        const auto joined = static_cast<int>(axis < 0 ? axis + first.rank() : axis);
        if (first.rank() < 2) {
            out.problems.push_back({"rank",
                                    "Concatenate joins lists, but what comes in is a single number per sample. Flatten makes a list of one number of it.", 0, {},
                                    {insertBefore("Insert Flatten", "Flatten")}});
            return out;
        }
        if (joined < 1 || joined >= first.rank()) {
            out.problems.push_back(axisProblem(axis, first));
            return out;
        }
        Shape result = first;
        for (std::size_t i = 1; i < inputs.size(); ++i) {
            const auto port = static_cast<int>(i);
            const Shape& shape = inputs[i].shape;
            if (inputs[i].dtype != inputs[0].dtype) {
                out.problems.push_back({"dtype",
                                        cat("Concatenate joins numbers of one type, but input ", i + 1, " is ", nameOf(inputs[i].dtype), " and input 1 is ",
                                            nameOf(inputs[0].dtype), ". Give their Inputs the same Dtype."),
                                        port, {}, {}});
            }
            if (shape.rank() != first.rank()) {
                const bool longer = shape.rank() > first.rank();
                std::vector<FixHint> fixes;
                if ((longer ? first : shape).rank() == 2) {
                    fixes.push_back(insertBefore("Insert Flatten", "Flatten"));
                }
                out.problems.push_back({"rank",
                                        cat("Concatenate needs inputs with the same number of dimensions, but input ", i + 1, " is ", sampleText(shape),
                                            " and input 1 is ", sampleText(first), ". Flatten makes a list of either."),
                                        fixes.empty() || longer ? port : 0, {}, std::move(fixes)});
                continue;
            }
            for (int a = 0; a < first.rank(); ++a) {
                std::int64_t& size = result[a];
                if (a == joined) {
                    size = size == kUnknown || shape[a] == kUnknown ? kUnknown : size + shape[a];
                } else if (size == kUnknown) {
                    size = shape[a];
                } else if (shape[a] != kUnknown && shape[a] != size) {
                    const bool batch = a == 0;
                    out.problems.push_back({batch ? "batch_mismatch" : "shape_mismatch",
                                            batch ? cat("Concatenate joins samples one by one, but batches of ", size, " samples meet batches of ", shape[a],
                                                        ". Give both Inputs the same Batch size, or none.")
                                                  : cat("Concatenate needs inputs that agree in every dimension but the joined one (axis ", axis, "), but input ",
                                                        i + 1, " is ", sampleText(shape), " and input 1 is ", sampleText(first), "."),
                                            port, {}, {}});
                    break;
                }
            }
        }
        out.outputs.push_back({result, inputs[0].dtype});
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        return std::make_shared<ConcatenateOp>(inputs, static_cast<int>(axis < 0 ? axis + inputs[0].shape.rank() : axis));
    }
};

/// Masks that say of each list of features whether it counts; one input with a mask is enough.
std::vector<MaskOf> masksOf(const ParamMap& params, std::span<const TensorSpec> inputs, std::span<const std::optional<Shape>> masks) {
    bool any = false;
    for (std::size_t i = 0; i < masks.size(); ++i) {
        any = any || masks[i];
        if (masks[i] && masks[i]->rank() != inputs[i].shape.rank() - 1) {
            return {{}};
        }
    }
    const Inference inference = Concatenate::binding().read(params).infer(inputs);
    if (!any || inference.outputs.empty()) {
        return {{}};
    }
    std::vector<std::int64_t> dims = inference.outputs[0].shape.dims();
    dims.pop_back();
    return {MaskOf::own(Shape(std::move(dims)))};
}

} // namespace

LayerType concatenate() {
    LayerType t;
    t.name = "Concatenate";
    t.family = Family::merge;
    t.help = "Puts its inputs one behind the other along one dimension, so that the next layer sees all of them.";
    t.formula = "y = [x₁, x₂, …]";
    t.synonyms = {"concat", "join", "stack", "merge", "combine", "cat"};
    t.keyParameters = {"axis"};
    t.kerasOperation = "keras.src.ops.numpy.Concatenate";
    bindLayer<Concatenate>(t);
    t.masks = masksOf;
    t.inputs = {2, -1, {}};
    t.examples = {{{}, {{{3, 4}}, {{3, 7}}}},
                  {{}, {{{3, 4}}, {{3, 1}}, {{3, 17}}}},
                  {{{"axis", 1}}, {{{2, 2, 4}}, {{2, 3, 4}}}},
                  {{{"axis", 2}}, {{{2, 3, 1, 5}}, {{2, 3, 4, 5}}}},
                  {{{"axis", -1}}, {{{2, 3, 3, 5}}, {{2, 3, 3, 2}}}},
                  {{{"axis", -2}}, {{{2, 4, 3}, DType::int32}, {{2, 1, 3}, DType::int32}}},
                  {{}, {{{2, 3}, DType::boolean}, {{2, 2}, DType::boolean}}}};
    return t;
}

} // namespace weft::layers
