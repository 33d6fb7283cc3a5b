// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/convolution.h"

#include <algorithm>

namespace weft::layers {
namespace {

/// The stash, for the whole batch: what the first op keeps, what the second keeps, what lies between, its gradient.
class ChainedOp final : public LayerOp {
public:
    ChainedOp(std::shared_ptr<const LayerOp> first, std::shared_ptr<const LayerOp> second, std::int64_t between, std::size_t weightsOfFirst)
        : m_first(std::move(first)), m_second(std::move(second)), m_between(between), m_weights(weightsOfFirst), m_keptByFirst(keptBy(*m_first)),
          m_keptBySecond(keptBy(*m_second)) {}

    OutputRange outputRange() const override { return m_second->outputRange(); }

    Booking book(bool training) const override {
        const Booking a = m_first->book(training);
        const Booking b = m_second->book(training);
        return {.stashBytesPerSample = training ? static_cast<std::size_t>(m_keptByFirst + m_keptBySecond + 2 * m_between) * sizeof(float) : 0,
                .scratchFloats = std::max(a.scratchFloats, b.scratchFloats) + (training ? 0 : static_cast<std::size_t>(m_between)),
                .needsInputs = a.needsInputs,
                .needsOutputs = b.needsOutputs};
    }

    void forward(const Pass& pass, Rows rows, float* scratch) const override {
        if (pass.training) {
            const Inside inside(*this, pass, floatsOf(pass.stash) + pass.batch * (m_keptByFirst + m_keptBySecond));
            m_first->forward(inside.first, rows, scratch);
            m_second->forward(inside.second, rows, scratch);
            return;
        }
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            // One sample at a time lies between, shown as if those before it were there.
            const auto sample = reinterpret_cast<std::uintptr_t>(scratch) - static_cast<std::uintptr_t>(row * m_between) * sizeof(float);
            const Inside inside(*this, pass, reinterpret_cast<float*>(sample));
            m_first->forward(inside.first, {row, row + 1}, scratch + m_between);
            m_second->forward(inside.second, {row, row + 1}, scratch + m_between);
        }
    }

    void backward(const Pass& pass, Rows rows, float* scratch) const override {
        const Inside inside(*this, pass, floatsOf(pass.stash) + pass.batch * (m_keptByFirst + m_keptBySecond));
        m_second->backward(inside.second, rows, scratch);
        m_first->backward(inside.first, rows, scratch);
    }

    void weightGradient(const Pass& pass, Part part, float* scratch) const override {
        const Inside inside(*this, pass, floatsOf(pass.stash) + pass.batch * (m_keptByFirst + m_keptBySecond));
        m_second->weightGradient(inside.second, part, scratch);
        m_first->weightGradient(inside.first, part, scratch);
    }

private:
    /// The passes of both ops; they point into this.
    struct Inside {
        Inside(const ChainedOp& op, const Pass& pass, float* middle)
            : first(pass), second(pass), out(middle), in(middle), gradient(pass.training ? middle + pass.batch * op.m_between : nullptr), given(gradient) {
            first.outputs = &out;
            first.outputGradients = &given;
            second.inputs = &in;
            second.inputGradients = &gradient;
            second.accumulate = &kOverwrite;
            second.weights = pass.weights + op.m_weights;
            second.weightGradients = pass.weightGradients ? pass.weightGradients + op.m_weights : nullptr;
            second.stash = pass.training ? floatsOf(pass.stash) + pass.batch * op.m_keptByFirst : nullptr;
        }
        Inside(const Inside&) = delete;
        Inside& operator=(const Inside&) = delete;

        static constexpr bool kOverwrite = false;
        Pass first, second;
        void* out;
        const void* in;
        float* gradient;
        const float* given;
    };

    static std::int64_t keptBy(const LayerOp& op) { return static_cast<std::int64_t>(op.book(true).stashBytesPerSample / sizeof(float)); }

    std::shared_ptr<const LayerOp> m_first, m_second;
    std::int64_t m_between; ///< numbers per sample between both
    std::size_t m_weights;
    std::int64_t m_keptByFirst, m_keptBySecond; ///< floats per sample
};

} // namespace

std::shared_ptr<const LayerOp> chainedOp(std::shared_ptr<const LayerOp> first, std::shared_ptr<const LayerOp> second, std::int64_t between,
                                         std::size_t weightsOfFirst) {
    return std::make_shared<ChainedOp>(std::move(first), std::move(second), between, weightsOfFirst);
}

} // namespace weft::layers
