// SPDX-License-Identifier: Apache-2.0
#include "engine/data/dataset.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace weft {
namespace {

/// Rows that `tensor` takes at a time, so that scratch stays in the cache.
constexpr std::int64_t kBlock = 256;

std::size_t rowBytesOf(const TensorSpec& spec) { return static_cast<std::size_t>(spec.shape.count(1)) * sizeOf(spec.dtype); }

/// Two blocks of memory per thread that stages write to in turn. They only grow.
std::byte* scratch(std::size_t which, std::size_t bytes) {
    thread_local std::vector<std::byte> blocks[2];
    std::vector<std::byte>& block = blocks[which];
    if (block.size() < bytes) {
        block.resize(bytes);
    }
    return block.data();
}

} // namespace

Column::Column(std::shared_ptr<const Tensor> raw, std::vector<std::int64_t> rows, std::vector<std::shared_ptr<const Step>> steps)
    : m_raw(std::move(raw)), m_rows(std::move(rows)), m_steps(std::move(steps)) {
    m_rawSpec = {m_raw->shape().withBatch(kUnknown), m_raw->dtype()};
    m_rawRowBytes = rowBytesOf(m_rawSpec);
    m_spec = m_rawSpec;
    const auto append = [&](const std::shared_ptr<const Step>& step) {
        const TensorSpec input = m_spec;
        m_spec = step->output(input);
        if (!step->isView()) {
            m_stages.push_back({step.get(), input, rowBytesOf(m_spec)});
        }
    };
    for (const auto& step : m_steps) {
        append(step);
    }
    if (m_spec.dtype == DType::float64) {
        m_steps.push_back(makeStep({"cast", {{"dtype", "float32"}}}, m_spec));
        append(m_steps.back());
    }
}

std::int64_t Column::rows() const { return static_cast<std::int64_t>(m_rows.size()); }

void Column::gather(std::span<const std::int64_t> indices, void* out) const {
    if (indices.empty()) {
        return;
    }
    std::size_t widest = m_rawRowBytes;
    for (const Stage& stage : m_stages) {
        widest = std::max(widest, stage.rowBytes);
    }
    const std::size_t scratchBytes = widest * indices.size();
    std::size_t turn = 0;
    auto* to = m_stages.empty() ? static_cast<std::byte*>(out) : scratch(turn, scratchBytes);
    const auto* rows = m_raw->data<std::byte>();
    std::byte* next = to;
    for (const std::int64_t index : indices) {
        assert(index >= 0 && index < this->rows());
        std::memcpy(next, rows + static_cast<std::size_t>(m_rows[static_cast<std::size_t>(index)]) * m_rawRowBytes, m_rawRowBytes);
        next += m_rawRowBytes;
    }
    for (const Stage& stage : m_stages) {
        const void* from = to;
        turn = 1 - turn;
        to = &stage == &m_stages.back() ? static_cast<std::byte*>(out) : scratch(turn, scratchBytes);
        stage.step->apply(stage.input, from, to, static_cast<std::int64_t>(indices.size()), indices.front() + 1);
    }
}

Tensor Column::tensor() const {
    std::vector<std::int64_t> all(m_rows.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = static_cast<std::int64_t>(i);
    }
    return tensor(all);
}

Tensor Column::tensor(std::span<const std::int64_t> indices) const {
    const auto count = static_cast<std::int64_t>(indices.size());
    Tensor out(m_spec.shape.withBatch(count), m_spec.dtype);
    const std::size_t rowBytes = rowBytesOf(m_spec);
    for (std::int64_t begin = 0; begin < count && !out.empty(); begin += kBlock) {
        const auto part = static_cast<std::size_t>(std::min(kBlock, count - begin));
        gather(indices.subspan(static_cast<std::size_t>(begin), part), out.data<std::byte>() + static_cast<std::size_t>(begin) * rowBytes);
    }
    return out;
}

Column Column::selected(std::span<const std::int64_t> indices) const {
    Column out = *this;
    out.m_rows.clear();
    out.m_rows.reserve(indices.size());
    for (const std::int64_t index : indices) {
        out.m_rows.push_back(m_rows[static_cast<std::size_t>(index)]);
    }
    return out;
}

Tensor Column::rawRow(std::int64_t index) const {
    const std::int64_t row = m_rows[static_cast<std::size_t>(index)];
    return m_raw->rows(row, row + 1);
}

} // namespace weft
