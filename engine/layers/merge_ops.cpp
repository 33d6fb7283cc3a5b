// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/merge.h"

#include "engine/layers/broadcast.h"

#include <algorithm>
#include <limits>

namespace weft::layers {
namespace {

/// Every input spread to the output's shape, one sample at a time, for ops whose gradient by one input needs the others.
class SpreadOp : public LayerOp {
public:
    explicit SpreadOp(std::span<const TensorSpec> inputs) {
        const Shape sample = inferElementwise("", inputs).outputs[0].shape.withoutBatch();
        m_count = sample.count();
        for (const TensorSpec& spec : inputs) {
            m_terms.push_back({Broadcast(spec.shape.withoutBatch(), sample), spec.shape.count(1), spec.shape.rank() > 1 ? spec.shape.back() : 1});
        }
    }

    Booking book(bool) const final {
        // A sample of every input, of the gradients, and one number for each input.
        return {.scratchFloats = m_terms.size() * static_cast<std::size_t>(2 * m_count + 1), .needsInputs = true, .needsOutputs = false};
    }

    void forward(const Pass& pass, Rows rows, float* scratch) const final {
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            spread(pass, row, scratch);
            float* y = at(floatsOf(pass.outputs[0]), row, m_count);
            for (std::int64_t i = 0; i < m_count; ++i) {
                y[i] = value(scratch + i);
            }
        }
        writeMergedMask(pass, rows, m_terms.size());
    }

    void backward(const Pass& pass, Rows rows, float* scratch) const final {
        float* gradients = scratch + static_cast<std::int64_t>(m_terms.size()) * m_count;
        float* spare = gradients + static_cast<std::int64_t>(m_terms.size()) * m_count;
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            spread(pass, row, scratch);
            const float* dy = at(pass.outputGradients[0], row, m_count);
            for (std::int64_t i = 0; i < m_count; ++i) {
                slopes(scratch + i, gradients + i, dy[i], spare);
            }
            for (std::size_t t = 0; t < m_terms.size(); ++t) {
                const Term& term = m_terms[t];
                if (!pass.inputGradients[t]) {
                    continue;
                }
                float* dx = at(pass.inputGradients[t], row, term.count);
                const float* own = gradients + static_cast<std::int64_t>(t) * m_count;
                if (!pass.accumulate[t]) {
                    std::fill_n(dx, term.count, 0.0F);
                }
                const std::uint8_t* const mask = maskOf(pass, t, row);
                const float* seen = scratch + static_cast<std::int64_t>(t) * m_count;
                term.broadcast.forEach([&](std::int64_t to, std::int64_t from) {
                    const bool leftOut = mask && mask[to / term.features] == 0 && (!keepsFirst() || seen[from] == neutral());
                    dx[to] += leftOut ? 0.0F : own[from];
                });
            }
        }
    }

protected:
    /// Of the numbers x[0], x[stride()], ..., one for each input.
    virtual float value(const float* x) const = 0;
    /// dy times the derivative by each of them; `spare` holds as many numbers as there are inputs.
    virtual void slopes(const float* x, float* dx, float dy, float* spare) const = 0;

    /// Stands for a number that does not count.
    virtual float neutral() const = 0;
    /// Stands for the first input where none counts.
    virtual float whereNoneCounts(float first) const = 0;
    /// ... and whether it is that input all the same.
    virtual bool keepsFirst() const = 0;

    std::int64_t stride() const { return m_count; }
    std::int64_t terms() const { return static_cast<std::int64_t>(m_terms.size()); }

private:
    struct Term {
        Broadcast broadcast;
        std::int64_t count; ///< numbers per sample
        std::int64_t features; ///< numbers per boolean of a mask
    };

    /// The input's mask for this sample; null where it has none that says of each list of features whether it counts.
    const std::uint8_t* maskOf(const Pass& pass, std::size_t t, std::int64_t row) const {
        const bool fits = pass.inputMasks && pass.inputMasks[t] && pass.inputMaskSizes[t] * m_terms[t].features == m_terms[t].count;
        return fits ? at(pass.inputMasks[t], row, pass.inputMaskSizes[t]) : nullptr;
    }

    /// Inputs lie at `to`; behind them, where all have masks, how many count for each number.
    void spread(const Pass& pass, std::int64_t row, float* to) const {
        float* const first = to;
        float* const counting = to + terms() * m_count;
        bool allMasked = true;
        for (std::size_t t = 0; t < m_terms.size(); ++t, to += m_count) {
            const float* x = at(floatsOf(pass.inputs[t]), row, m_terms[t].count);
            const std::uint8_t* const mask = maskOf(pass, t, row);
            const std::int64_t features = m_terms[t].features;
            allMasked = allMasked && mask;
            m_terms[t].broadcast.forEach([&](std::int64_t from, std::int64_t i) {
                const bool counts = !mask || mask[from / features] != 0;
                to[i] = counts ? x[from] : neutral();
                counting[i] = (t == 0 ? 0.0F : counting[i]) + (counts ? 1.0F : 0.0F);
            });
        }
        if (allMasked) {
            const float* x = at(floatsOf(pass.inputs[0]), row, m_terms[0].count);
            m_terms[0].broadcast.forEach([&](std::int64_t from, std::int64_t i) { first[i] = counting[i] == 0 ? whereNoneCounts(x[from]) : first[i]; });
        }
    }

    std::int64_t m_count; ///< numbers per sample of the output
    std::vector<Term> m_terms;
};

class ProductOp final : public SpreadOp {
public:
    using SpreadOp::SpreadOp;

private:
    float neutral() const override { return 1; }
    float whereNoneCounts(float) const override { return 0; }
    bool keepsFirst() const override { return false; }
    float value(const float* x) const override {
        float product = 1;
        for (std::int64_t t = 0; t < terms(); ++t) {
            product *= x[t * stride()];
        }
        return product;
    }
    /// Products of those before and of those behind, so that a 0 among them does no harm.
    void slopes(const float* x, float* dx, float dy, float*) const override {
        float before = dy;
        for (std::int64_t t = 0; t < terms(); ++t) {
            dx[t * stride()] = before;
            before *= x[t * stride()];
        }
        float behind = 1;
        for (std::int64_t t = terms(); t-- > 0;) {
            dx[t * stride()] *= behind;
            behind *= x[t * stride()];
        }
    }
};

/// The largest or smallest; taken pair by pair, where both are the same each gets half of the gradient.
class ExtremeOp final : public SpreadOp {
public:
    ExtremeOp(std::span<const TensorSpec> inputs, bool largest) : SpreadOp(inputs), m_largest(largest) {}

private:
    float neutral() const override { return m_largest ? -std::numeric_limits<float>::infinity() : std::numeric_limits<float>::infinity(); }
    float whereNoneCounts(float first) const override { return first; }
    bool keepsFirst() const override { return true; }
    float value(const float* x) const override {
        float best = x[0];
        for (std::int64_t t = 1; t < terms(); ++t) {
            best = m_largest ? std::max(best, x[t * stride()]) : std::min(best, x[t * stride()]);
        }
        return best;
    }
    void slopes(const float* x, float* dx, float dy, float* best) const override {
        best[0] = x[0];
        for (std::int64_t t = 1; t < terms(); ++t) {
            best[t] = m_largest ? std::max(best[t - 1], x[t * stride()]) : std::min(best[t - 1], x[t * stride()]);
        }
        for (std::int64_t t = terms() - 1; t > 0; --t) {
            const float own = x[t * stride()];
            const float share = own == best[t - 1] ? 0.5F : own == best[t] ? 1.0F : 0.0F;
            dx[t * stride()] = dy * share;
            dy *= 1 - share;
        }
        dx[0] = dy;
    }

    bool m_largest;
};

} // namespace

std::shared_ptr<const LayerOp> productOp(std::span<const TensorSpec> inputs) { return std::make_shared<ProductOp>(inputs); }

std::shared_ptr<const LayerOp> extremeOp(std::span<const TensorSpec> inputs, bool largest) { return std::make_shared<ExtremeOp>(inputs, largest); }

} // namespace weft::layers
