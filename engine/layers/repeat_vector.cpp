// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/support.h"

#include <cstring>

namespace weft::layers {
namespace {

class RepeatOp final : public LayerOp {
public:
    RepeatOp(std::int64_t size, std::int64_t times, std::size_t elementSize) : m_size(size), m_times(times), m_elementSize(elementSize) {}

    Booking book(bool) const override { return {.needsInputs = false, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        const std::size_t bytes = static_cast<std::size_t>(m_size) * m_elementSize;
        for (std::int64_t step = rows.begin * m_times; step < rows.end * m_times; ++step) {
            std::memcpy(static_cast<char*>(pass.outputs[0]) + static_cast<std::size_t>(step) * bytes,
                        static_cast<const char*>(pass.inputs[0]) + static_cast<std::size_t>(step / m_times) * bytes, bytes);
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        if (!pass.inputGradients[0]) {
            return;
        }
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            for (std::int64_t time = 0; time < m_times; ++time) {
                kernels::scaled(1.0F, at(pass.outputGradients[0], row * m_times + time, m_size), at(pass.inputGradients[0], row, m_size), m_size,
                                pass.accumulate[0] || time > 0);
            }
        }
    }

private:
    std::int64_t m_size, m_times;
    std::size_t m_elementSize;
};

struct RepeatVector {
    std::int64_t n = 10;

    static Binding<RepeatVector> binding() {
        Binding<RepeatVector> b;
        b("n", &RepeatVector::n, "Times", "How many steps the sequence has, each of them the list that came in.").min(1).max(kLargestSize).required();
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        const Shape& in = inputs[0].shape;
        if (in.rank() != 2) {
            out.problems.push_back({"rank",
                                    cat("RepeatVector makes a sequence of one list of numbers, but what comes in is ", sampleText(in), ". Flatten makes a list of it."), 0,
                                    {}, {insertBefore("Insert Flatten", "Flatten")}});
            return out;
        }
        out.outputs.push_back({{in[0], n, in[1]}, inputs[0].dtype});
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        return std::make_shared<RepeatOp>(inputs[0].shape[1], n, sizeOf(inputs[0].dtype));
    }
};

} // namespace

LayerType repeat_vector() {
    LayerType t;
    t.name = "RepeatVector";
    t.family = Family::shape;
    t.help = "Makes a sequence whose every step is the same list of numbers, as a decoder of sequences begins with.";
    t.formula = "y[i] = x, for i from 1 to n";
    t.synonyms = {"repeat", "copy", "tile", "decoder"};
    t.keyParameters = {"n"};
    bindLayer<RepeatVector>(t);
    t.examples = {{{{"n", 3}}, {{{2, 5}}}}, {{{"n", 1}}, {{{3, 17}}}}, {{{"n", 2}}, {{{2, 3}, DType::int32}}}};
    return t;
}

} // namespace weft::layers
