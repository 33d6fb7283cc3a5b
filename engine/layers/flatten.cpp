// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/support.h"

#include <cstring>

namespace weft::layers {
namespace {

/// Moves the first dimension of a sample behind the others: (channels, cells) becomes (cells, channels).
class ChannelsToLastOp final : public LayerOp {
public:
    ChannelsToLastOp(std::int64_t channels, std::int64_t cells, std::size_t elementSize)
        : m_channels(channels), m_cells(cells), m_elementSize(elementSize) {}

    Booking book(bool) const override { return {.needsInputs = false, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const std::int64_t count = m_channels * m_cells;
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const char* in = static_cast<const char*>(pass.inputs[0]) + static_cast<std::size_t>(row * count) * m_elementSize;
            char* out = static_cast<char*>(pass.outputs[0]) + static_cast<std::size_t>(row * count) * m_elementSize;
            for (std::int64_t cell = 0; cell < m_cells; ++cell) {
                for (std::int64_t channel = 0; channel < m_channels; ++channel, out += m_elementSize) {
                    std::memcpy(out, in + static_cast<std::size_t>(channel * m_cells + cell) * m_elementSize, m_elementSize);
                }
            }
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        if (float* dx = pass.inputGradients[0]) {
            const std::int64_t count = m_channels * m_cells;
            for (std::int64_t row = rows.begin; row < rows.end; ++row) {
                transpose(at(pass.outputGradients[0], row, count), at(dx, row, count), m_channels, m_cells, pass.accumulate[0]);
            }
        }
    }

private:
    std::int64_t m_channels, m_cells;
    std::size_t m_elementSize;
};

struct Flatten {
    std::string data_format = kDataFormats[0];

    static Binding<Flatten> binding() {
        Binding<Flatten> b;
        b("data_format", &Flatten::data_format, "Data format",
          "Whether channels are the last dimension of a sample or the first. With channels first they are moved to the end before flattening.")
            .choices(kDataFormats).advanced();
        return b;
    }

    bool moves(const Shape& in) const { return channelsFirst(data_format) && in.rank() > 2; }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        const Shape sample = in.withoutBatch();
        const auto count = sample.isKnown() ? sample.elementCount() : std::optional(kUnknown);
        if (!count) {
            out.outputs = {inputs[0]}; // so that the size itself is reported
        } else {
            out.outputs.push_back({{in[0], *count}, inputs[0].dtype});
        }
        out.isView = !moves(in);
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const Shape& in = inputs[0].shape;
        if (!moves(in)) {
            return copyOp(in.count(1), sizeOf(inputs[0].dtype));
        }
        return std::make_shared<ChannelsToLastOp>(in[1], in.count(2), sizeOf(inputs[0].dtype));
    }
};

} // namespace

LayerType flatten() {
    LayerType t;
    t.name = "Flatten";
    t.family = Family::shape;
    t.help = "Lays all numbers of a sample out in one long list, for example an image of 28 × 28 × 1 as 784 numbers.";
    t.formula = "y = (x₁, x₂, …, xₙ)";
    t.synonyms = {"vectorize", "unroll", "ravel", "list", "view"};
    bindLayer<Flatten>(t);
    t.examples = {{{}, {{{3}}}},
                  {{}, {{{3, 5}}}},
                  {{}, {{{2, 3, 4}, DType::int32}}},
                  {{}, {{{2, 3, 5, 2}}}},
                  {{{"data_format", "channels_first"}}, {{{2, 6}}}},
                  {{{"data_format", "channels_first"}}, {{{2, 4, 2, 3}}}},
                  {{{"data_format", "channels_first"}}, {{{3, 5, 19}}}},
                  {{{"data_format", "channels_first"}}, {{{3, 2, 3}, DType::int32}}}};
    return t;
}

} // namespace weft::layers
