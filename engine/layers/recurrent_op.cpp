// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/recurrent.h"

#include <algorithm>

namespace weft::layers::recurrent {
namespace {

// In inference a worker has room for a block of samples and steps only, however long the sequences are.
constexpr std::int64_t kBlockRows = 32;
constexpr std::int64_t kBlockFloats = std::int64_t{1} << 18;

/// Blocks of the stash, each (batch, size) floats; `step` means (batch, steps, step).
struct StashLayout {
    std::int64_t floats = 0; ///< per sample, so far
    std::int64_t take(std::int64_t perSample) {
        const std::int64_t offset = floats;
        floats += perSample;
        return offset;
    }
};

class RecurrentOp final : public LayerOp {
public:
    RecurrentOp(const Recurrent& r, std::unique_ptr<const Cell> cell, std::span<const TensorSpec> inputs)
        : m_cell(std::move(cell)), m_steps(inputs[0].shape[1]), m_in(inputs[0].shape[2]), m_units(r.units), m_columns(m_cell->gates * r.units),
          m_states(m_cell->states), m_sequences(r.return_sequences), m_returnState(r.return_state), m_backwards(r.go_backwards), m_stateful(r.stateful),
          m_zeroOutput(r.zero_output_for_mask), m_useBias(r.use_bias), m_initial(inputs.size() > 1), m_dropout(static_cast<float>(r.dropout)),
          m_recurrentDropout(static_cast<float>(r.recurrent_dropout)),
          // Any odd constant spreads neighbouring seeds over the keys; no seed leaves the key as it is.
          m_salt(r.seed ? (static_cast<std::uint64_t>(*r.seed) * 2 + 1) * 0x9E3779B97F4A7C15U : 0), m_kernelShape{m_in, m_columns} {
        m_z = m_stash.take(m_steps * m_columns);
        m_linear = m_stash.take(m_cell->keepsLinear ? m_steps * m_columns : 0);
        m_extra = m_stash.take(m_steps * m_cell->extra);
        for (int k = 0; k < m_states; ++k) {
            m_before[k] = m_stash.take(m_steps * m_units);
            m_last[k] = m_stash.take(m_units);
            m_gradient[k] = m_stash.take(2 * m_units);
        }
        m_h = m_stash.take(m_recurrentDropout > 0 ? m_steps * m_units : 0);
        m_hMask = m_stash.take(m_recurrentDropout > 0 ? m_units : 0);
        m_x = m_stash.take(m_dropout > 0 ? m_steps * m_in : 0);
        m_xMask = m_stash.take(m_dropout > 0 ? m_in : 0);
        m_dh = m_stash.take(m_units);
        m_carry = m_stash.take(m_units);
        m_blockSteps = std::clamp<std::int64_t>(kBlockFloats / (kBlockRows * m_columns), 1, std::max<std::int64_t>(m_steps, 1));
    }

    Booking book(bool training) const override {
        const std::int64_t small = 2 * m_columns; // the bias of the inputs, and what a cell needs for a line
        const std::int64_t work = training ? std::max(m_units * m_columns, m_dropout > 0 ? m_steps * m_in : 0)
                                           : kBlockRows * (m_blockSteps * m_columns + m_cell->extra + 2 * m_states * m_units);
        return {.stashBytesPerSample = training ? static_cast<std::size_t>(m_stash.floats) * sizeof(float) : 0,
                .scratchFloats = static_cast<std::size_t>(small + work),
                .needsInputs = true,
                .needsOutputs = false};
    }

    std::vector<std::int64_t> stateSizes() const override {
        return std::vector<std::int64_t>(m_stateful ? static_cast<std::size_t>(m_states) : 0, m_units);
    }

    void forward(const Pass& pass, Rows rows, float* scratch) const override {
        if (pass.training) {
            drop(pass, rows);
            Walk walk = stashed(pass, rows);
            project(pass, rows, 0, m_steps, walk, scratch);
            begin(pass, rows, walk);
            advance(pass, rows, 0, m_steps, walk, scratch);
            finish(pass, rows, walk);
            return;
        }
        for (std::int64_t first = rows.begin; first < rows.end; first += kBlockRows) {
            const Rows block{first, std::min(first + kBlockRows, rows.end)};
            Walk walk = inScratch(block, scratch + 2 * m_columns);
            begin(pass, block, walk);
            for (std::int64_t step = 0; step < m_steps; step += m_blockSteps) {
                const std::int64_t end = std::min(step + m_blockSteps, m_steps);
                walk.zTime = m_backwards ? m_steps - end : step;
                project(pass, block, step, end, walk, scratch);
                advance(pass, block, step, end, walk, scratch);
            }
            finish(pass, block, walk);
        }
    }

    void backward(const Pass& pass, Rows rows, float* scratch) const override {
        float* const transposed = scratch + 2 * m_columns;
        transpose(pass.weights[1], transposed, m_columns, m_units, false);
        beginBackward(pass, rows);
        const Walk walk = stashed(pass, rows);
        const std::uint8_t* const mask = maskOf(pass);
        const bool drops = pass.behavesAsTraining() && m_recurrentDropout > 0;
        const Lines dh = lines(pass, m_dh, m_units, rows);
        const Lines hMask = lines(pass, m_hMask, m_units, rows);
        for (std::int64_t s = m_steps; s-- > 0;) {
            const std::int64_t t = timeOf(s);
            BackwardStep step;
            static_cast<Step&>(step) = stepOf(pass, rows, s, walk, scratch);
            step.transposed = transposed;
            for (int k = 0; k < m_states; ++k) {
                step.dAfter[k] = gradientLines(pass, rows, k, s + 1);
                step.dBefore[k] = gradientLines(pass, rows, k, s);
            }
            step.dh = dh;
            addOutputGradient(pass, rows, s, mask, step.dAfter[0]);
            m_cell->backward(step);
            for (std::int64_t i = 0; i < rows.count(); ++i) {
                float* const target = step.dBefore[0].row(i);
                if (drops) {
                    kernels::multiplied(dh.row(i), hMask.row(i), target, m_units, m_cell->usesStateDirectly);
                } else {
                    kernels::scaled(1.0F, dh.row(i), target, m_units, m_cell->usesStateDirectly);
                }
                if (mask && mask[(rows.begin + i) * m_steps + t] == 0) { // the states went by this step untouched
                    std::fill_n(step.z.row(i), m_columns, 0.0F);
                    std::fill_n(step.extra.row(i), m_cell->extra, 0.0F);
                    for (int k = 0; k < m_states; ++k) {
                        std::copy_n(step.dAfter[k].row(i), m_units, step.dBefore[k].row(i));
                    }
                }
            }
        }
        finishBackward(pass, rows, scratch);
    }

    void weightGradient(const Pass& pass, Part part, float*) const override {
        const std::int64_t lines = pass.batch * m_steps;
        const float* const z = block(pass, m_z);
        if (float* dKernel = pass.weightGradients[0]) {
            const Rows own = partOf(m_kernelShape, part);
            kernels::gemm({.transposeA = true,
                           .m = own.count(),
                           .n = m_columns,
                           .k = lines,
                           .a = seenInputs(pass) + own.begin,
                           .lda = m_in,
                           .b = z,
                           .ldb = m_columns,
                           .c = at(dKernel, own.begin, m_columns),
                           .ldc = m_columns,
                           .accumulate = pass.accumulateWeights});
        }
        const bool drops = pass.behavesAsTraining() && m_recurrentDropout > 0;
        m_cell->weightGradients(lines, z, block(pass, m_extra), block(pass, drops ? m_h : m_before[0]), part, pass.weightGradients[1],
                                m_useBias ? pass.weightGradients[2] : nullptr, pass.accumulateWeights);
    }

private:
    /// Where a walk over the steps keeps its numbers: all steps in the stash, or a block of them in the scratch.
    struct Walk {
        Lines z;      ///< of the first step that is there
        Lines linear;
        Lines extra;  ///< of time 0
        std::int64_t extraStep = 0; ///< from time to time; 0: one place for all
        std::int64_t zTime = 0;     ///< time of the first step that is there
        std::int64_t zSteps = 0;
        std::array<Lines, kMostStates> states; ///< stash: of time 0; scratch: of two places in turn
        std::array<Lines, kMostStates> last;   ///< stash only
        std::int64_t other = 0;                ///< scratch: from one place to the other
        Lines h;
    };

    std::int64_t timeOf(std::int64_t step) const { return m_backwards ? m_steps - 1 - step : step; }
    float* block(const Pass& pass, std::int64_t offset) const { return floatsOf(pass.stash) + pass.batch * offset; }
    Lines lines(const Pass& pass, std::int64_t offset, std::int64_t perSample, Rows rows) const {
        return {at(block(pass, offset), rows.begin, perSample), perSample};
    }
    /// Gradients by state k after `step` steps: two places in turn.
    Lines gradientLines(const Pass& pass, Rows rows, int k, std::int64_t step) const {
        return from(lines(pass, m_gradient[k], 2 * m_units, rows), (step & 1) * m_units);
    }
    /// A mask of another size does not say which steps count.
    const std::uint8_t* maskOf(const Pass& pass) const {
        return pass.inputMasks && (!pass.inputMaskSizes || pass.inputMaskSizes[0] == m_steps) ? pass.inputMasks[0] : nullptr;
    }
    const float* seenInputs(const Pass& pass) const {
        return pass.behavesAsTraining() && m_dropout > 0 ? block(pass, m_x) : floatsOf(pass.inputs[0]);
    }

    Walk stashed(const Pass& pass, Rows rows) const {
        Walk w;
        w.z = lines(pass, m_z, m_steps * m_columns, rows);
        w.zSteps = m_steps;
        if (m_cell->keepsLinear) {
            w.linear = lines(pass, m_linear, m_steps * m_columns, rows);
        }
        w.extra = lines(pass, m_extra, m_steps * m_cell->extra, rows);
        w.extraStep = m_cell->extra;
        for (int k = 0; k < m_states; ++k) {
            w.states[k] = lines(pass, m_before[k], m_steps * m_units, rows);
            w.last[k] = lines(pass, m_last[k], m_units, rows);
        }
        if (pass.behavesAsTraining() && m_recurrentDropout > 0) {
            w.h = lines(pass, m_h, m_steps * m_units, rows);
        }
        return w;
    }

    Walk inScratch(Rows rows, float* scratch) const {
        Walk w;
        w.other = rows.count() * m_units;
        for (int k = 0; k < m_states; ++k) {
            w.states[k] = {scratch, m_units};
            scratch += 2 * w.other;
        }
        w.extra = {scratch, m_cell->extra};
        scratch += rows.count() * m_cell->extra;
        w.zSteps = m_blockSteps;
        w.z = {scratch, m_blockSteps * m_columns};
        return w;
    }

    /// State k after `step` steps.
    Lines stateOf(const Walk& w, int k, std::int64_t step) const {
        if (w.other > 0) {
            return from(w.states[k], (step & 1) * w.other);
        }
        return step == m_steps ? w.last[k] : from(w.states[k], timeOf(step) * m_units);
    }

    Step stepOf(const Pass& pass, Rows rows, std::int64_t s, const Walk& w, float* scratch) const {
        const std::int64_t t = timeOf(s);
        Step step;
        step.rows = rows.count();
        step.weights = pass.weights;
        step.z = from(w.z, (t - w.zTime) * m_columns);
        step.linear = from(w.linear, t * m_columns);
        step.extra = from(w.extra, t * w.extraStep);
        step.scratch = scratch + m_columns;
        for (int k = 0; k < m_states; ++k) {
            step.before[k] = stateOf(w, k, s);
            step.after[k] = stateOf(w, k, s + 1);
        }
        step.h = w.h.first ? from(w.h, t * m_units) : step.before[0];
        return step;
    }

    /// Masks of the dropout, the same for all steps of a sample, and the inputs under theirs.
    void drop(const Pass& pass, Rows rows) const {
        if (!pass.behavesAsTraining()) {
            return;
        }
        const auto makeMask = [&](std::int64_t offset, std::int64_t count, float rate, std::uint64_t salt) {
            float* const mask = at(block(pass, offset), rows.begin, count);
            std::fill_n(mask, rows.count() * count, 1.0F);
            kernels::dropout(mask, mask, rows.count() * count, rate, pass.seed ^ m_salt ^ salt, pass.stream, static_cast<std::uint64_t>(rows.begin * count), false);
        };
        if (m_recurrentDropout > 0) {
            makeMask(m_hMask, m_units, m_recurrentDropout, 0xD1B54A32D192ED03U);
        }
        if (m_dropout > 0) {
            makeMask(m_xMask, m_in, m_dropout, 0);
            for (std::int64_t row = rows.begin; row < rows.end; ++row) {
                for (std::int64_t t = 0; t < m_steps; ++t) {
                    const std::int64_t line = row * m_steps + t;
                    kernels::multiplied(at(floatsOf(pass.inputs[0]), line, m_in), at(block(pass, m_xMask), row, m_in), at(block(pass, m_x), line, m_in), m_in, false);
                }
            }
        }
    }

    /// z = x · kernel + bias for steps `begin`..`end`.
    void project(const Pass& pass, Rows rows, std::int64_t begin, std::int64_t end, const Walk& w, float* scratch) const {
        const std::int64_t count = end - begin;
        kernels::Gemm g{.m = count * rows.count(),
                        .n = m_columns,
                        .k = m_in,
                        .a = at(seenInputs(pass), rows.begin * m_steps + w.zTime, m_in),
                        .lda = m_in,
                        .b = pass.weights[0],
                        .ldb = m_columns,
                        .c = w.z.first,
                        .ldc = m_columns,
                        .bias = m_useBias ? m_cell->inputBias(pass.weights[2], scratch) : nullptr};
        if (count == m_steps && w.zSteps == m_steps) { // samples follow each other
            return kernels::gemm(g);
        }
        const bool bySample = count >= rows.count();
        g.m = bySample ? count : rows.count();
        g.lda = bySample ? m_in : m_steps * m_in;
        g.ldc = bySample ? m_columns : w.z.stride;
        for (std::int64_t i = 0; i < (bySample ? rows.count() : count); ++i) {
            kernels::gemm(g);
            g.a += bySample ? m_steps * m_in : m_in;
            g.c += bySample ? w.z.stride : m_columns;
        }
    }

    /// The states before the first step.
    void begin(const Pass& pass, Rows rows, const Walk& w) const {
        for (int k = 0; k < m_states; ++k) {
            const Lines state = stateOf(w, k, 0);
            const float* const given = m_initial ? floatsOf(pass.inputs[k + 1]) : m_stateful ? pass.states[k] : nullptr;
            for (std::int64_t i = 0; i < rows.count(); ++i) {
                if (given) {
                    std::copy_n(at(given, rows.begin + i, m_units), m_units, state.row(i));
                } else {
                    std::fill_n(state.row(i), m_units, 0.0F);
                }
            }
        }
    }

    void advance(const Pass& pass, Rows rows, std::int64_t begin, std::int64_t end, const Walk& w, float* scratch) const {
        const std::uint8_t* const mask = maskOf(pass);
        const Lines hMask = w.h.first ? lines(pass, m_hMask, m_units, rows) : Lines{};
        for (std::int64_t s = begin; s < end; ++s) {
            const Step step = stepOf(pass, rows, s, w, scratch);
            for (std::int64_t i = 0; w.h.first && i < rows.count(); ++i) {
                kernels::multiplied(step.before[0].row(i), hMask.row(i), step.h.row(i), m_units, false);
            }
            m_cell->forward(step);
            if (mask) {
                keepMasked(rows, step, mask + timeOf(s));
            }
            writeOutput(pass, rows, s, step.after[0], mask);
        }
    }

    void keepMasked(Rows rows, const Step& step, const std::uint8_t* mask) const {
        for (std::int64_t i = 0; i < rows.count(); ++i) {
            for (int k = 0; k < m_states && mask[(rows.begin + i) * m_steps] == 0; ++k) {
                std::copy_n(step.before[k].row(i), m_units, step.after[k].row(i));
            }
        }
    }

    /// A masked step gives the output of the step before (0 at the beginning), which is not its state where that began as something else.
    void writeOutput(const Pass& pass, Rows rows, std::int64_t s, Lines h, const std::uint8_t* mask) const {
        if (!m_sequences && !mask && s + 1 < m_steps) {
            return;
        }
        for (std::int64_t i = 0; i < rows.count(); ++i) {
            const std::int64_t row = rows.begin + i;
            float* const y = m_sequences ? at(floatsOf(pass.outputs[0]), row * m_steps + s, m_units) : at(floatsOf(pass.outputs[0]), row, m_units);
            if (!mask || mask[row * m_steps + timeOf(s)] != 0) {
                std::copy_n(h.row(i), m_units, y);
            } else if (m_zeroOutput || s == 0) {
                std::fill_n(y, m_units, 0.0F);
            } else if (m_sequences) {
                std::copy_n(y - m_units, m_units, y);
            }
        }
    }

    void finish(const Pass& pass, Rows rows, const Walk& w) const {
        for (int k = 0; k < m_states; ++k) {
            const Lines state = stateOf(w, k, m_steps);
            if (m_returnState) {
                copyLines(state, {at(floatsOf(pass.outputs[k + 1]), rows.begin, m_units), m_units}, rows.count(), m_units);
            }
            if (m_stateful) {
                copyLines(state, {at(pass.states[k], rows.begin, m_units), m_units}, rows.count(), m_units);
            }
        }
    }

    void beginBackward(const Pass& pass, Rows rows) const {
        for (int k = 0; k < m_states; ++k) {
            const Lines d = gradientLines(pass, rows, k, m_steps);
            const float* const given = m_returnState ? pass.outputGradients[k + 1] : nullptr;
            for (std::int64_t i = 0; i < rows.count(); ++i) {
                if (given) {
                    std::copy_n(at(given, rows.begin + i, m_units), m_units, d.row(i));
                } else {
                    std::fill_n(d.row(i), m_units, 0.0F);
                }
            }
        }
        std::fill_n(at(block(pass, m_carry), rows.begin, m_units), rows.count() * m_units, 0.0F);
    }

    /// The gradient by the output of a masked step goes to the step before, whose output it was.
    void addOutputGradient(const Pass& pass, Rows rows, std::int64_t s, const std::uint8_t* mask, Lines d) const {
        const float* const dy = m_sequences || s + 1 == m_steps ? pass.outputGradients[0] : nullptr;
        const Lines carry = lines(pass, m_carry, m_units, rows);
        for (std::int64_t i = 0; i < rows.count() && (dy || mask); ++i) {
            const std::int64_t row = rows.begin + i;
            const bool counts = !mask || mask[row * m_steps + timeOf(s)] != 0;
            float* const target = counts ? d.row(i) : carry.row(i);
            if (dy && (counts || !m_zeroOutput)) {
                kernels::scaled(1.0F, m_sequences ? at(dy, row * m_steps + s, m_units) : at(dy, row, m_units), target, m_units, true);
            }
            if (mask && counts) {
                kernels::scaled(1.0F, carry.row(i), target, m_units, true);
                std::fill_n(carry.row(i), m_units, 0.0F);
            }
        }
    }

    void finishBackward(const Pass& pass, Rows rows, float* scratch) const {
        for (int k = 0; m_initial && k < m_states; ++k) {
            if (float* d = pass.inputGradients[k + 1]) {
                const Lines got = gradientLines(pass, rows, k, 0);
                for (std::int64_t i = 0; i < rows.count(); ++i) {
                    kernels::scaled(1.0F, got.row(i), at(d, rows.begin + i, m_units), m_units, pass.accumulate[k + 1]);
                }
            }
        }
        float* const dx = pass.inputGradients[0];
        if (!dx) {
            return;
        }
        const std::int64_t perSample = m_steps * m_in;
        kernels::Gemm g{.transposeB = true,
                        .m = rows.count() * m_steps,
                        .n = m_in,
                        .k = m_columns,
                        .a = at(block(pass, m_z), rows.begin * m_steps, m_columns),
                        .lda = m_columns,
                        .b = pass.weights[0],
                        .ldb = m_columns,
                        .c = at(dx, rows.begin, perSample),
                        .ldc = m_in,
                        .accumulate = pass.accumulate[0]};
        if (!pass.behavesAsTraining() || m_dropout <= 0) {
            return kernels::gemm(g);
        }
        g.m = m_steps;
        g.c = scratch + 2 * m_columns;
        g.accumulate = false;
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            g.a = at(block(pass, m_z), row * m_steps, m_columns);
            kernels::gemm(g);
            for (std::int64_t t = 0; t < m_steps; ++t) {
                kernels::multiplied(at(g.c, t, m_in), at(block(pass, m_xMask), row, m_in), at(dx, row * m_steps + t, m_in), m_in, pass.accumulate[0]);
            }
        }
    }

    std::unique_ptr<const Cell> m_cell;
    std::int64_t m_steps, m_in, m_units, m_columns;
    int m_states;
    bool m_sequences, m_returnState, m_backwards, m_stateful, m_zeroOutput, m_useBias, m_initial;
    float m_dropout, m_recurrentDropout;
    std::uint64_t m_salt;
    Shape m_kernelShape;
    StashLayout m_stash;
    std::int64_t m_z = 0, m_linear = 0, m_extra = 0, m_h = 0, m_hMask = 0, m_x = 0, m_xMask = 0, m_dh = 0, m_carry = 0; ///< places in the stash
    std::array<std::int64_t, kMostStates> m_before{}, m_last{}, m_gradient{};
    std::int64_t m_blockSteps = 1;
};

} // namespace

std::shared_ptr<const LayerOp> op(const Recurrent& r, std::unique_ptr<const Cell> cell, std::span<const TensorSpec> inputs) {
    return std::make_shared<RecurrentOp>(r, std::move(cell), inputs);
}

} // namespace weft::layers::recurrent
