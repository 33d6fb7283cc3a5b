// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/stepwise.h"
#include "engine/layers/support.h"

namespace weft::layers {
namespace {

/// Steps lie one after the other within a sample, so row r of the outside is rows r * times .. (r + 1) * times of the inside: nothing is moved.
class FoldedOp final : public LayerOp {
public:
    FoldedOp(std::shared_ptr<const LayerOp> op, std::int64_t times) : m_op(std::move(op)), m_times(times) {}

    Booking book(bool training) const override {
        Booking booking = m_op->book(training);
        booking.stashBytesPerSample *= static_cast<std::size_t>(m_times);
        return booking;
    }
    OutputRange outputRange() const override { return m_op->outputRange(); }
    std::int64_t codes() const override { return m_op->codes(); }
    std::vector<std::int64_t> stateSizes() const override {
        std::vector<std::int64_t> sizes = m_op->stateSizes();
        for (std::int64_t& size : sizes) {
            size *= m_times;
        }
        return sizes;
    }
    void forward(const Pass& pass, Rows rows, float* scratch) const override { m_op->forward(inside(pass), inside(rows), scratch); }
    void backward(const Pass& pass, Rows rows, float* scratch) const override { m_op->backward(inside(pass), inside(rows), scratch); }
    void weightGradient(const Pass& pass, Part part, float* scratch) const override { m_op->weightGradient(inside(pass), part, scratch); }
    void gather(const Pass& pass, Part part, float* scratch) const override { m_op->gather(inside(pass), part, scratch); }
    void gatherBackward(const Pass& pass, Part part, float* scratch) const override { m_op->gatherBackward(inside(pass), part, scratch); }

private:
    Pass inside(Pass pass) const {
        pass.batch *= m_times;
        pass.lossScale = 0; // Keras' TimeDistributed calls the layer inside past what makes outputs cost something
        return pass;
    }
    Rows inside(Rows rows) const { return {rows.begin * m_times, rows.end * m_times}; }

    std::shared_ptr<const LayerOp> m_op;
    std::int64_t m_times;
};

} // namespace

std::shared_ptr<const LayerOp> folded(std::shared_ptr<const LayerOp> op, std::int64_t times) {
    if (const auto* stepwise = dynamic_cast<const Stepwise*>(op.get())) {
        return stepwise->overSteps(times);
    }
    return std::make_shared<FoldedOp>(std::move(op), times);
}

} // namespace weft::layers
