// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/batch_runner.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace weft {

struct BatchRunner::Lane {
    ThreadPool pool;
    /// By batch size. A stream of odd sizes must not pile up plans, so few are kept.
    std::map<std::int64_t, Plan> plans;
    explicit Lane(int threads) : pool(threads) {}

    Plan& planFor(const std::shared_ptr<const Model>& model, std::int64_t batch) {
        constexpr std::size_t kKept = 4;
        const auto found = plans.find(batch);
        if (found != plans.end()) {
            return found->second;
        }
        if (plans.size() >= kKept) {
            plans.clear();
        }
        return plans.emplace(batch, Plan(model, {batch, false, false}, pool.threads())).first->second;
    }
};

BatchRunner::BatchRunner(std::shared_ptr<const Model> model, std::vector<std::shared_ptr<const Tensor>> weights, int threads, std::int64_t largestBatch)
    : m_model(std::move(model)), m_weights(std::move(weights)), m_threads(threads), m_largestBatch(largestBatch) {
    for (const auto& weight : m_weights) {
        m_pointers.push_back(weight->data<float>());
    }
}

BatchRunner::~BatchRunner() = default;

std::unique_ptr<BatchRunner::Lane> BatchRunner::take() const {
    {
        const std::lock_guard lock(m_mutex);
        if (!m_idle.empty()) {
            auto lane = std::move(m_idle.back());
            m_idle.pop_back();
            return lane;
        }
    }
    return std::make_unique<Lane>(m_threads);
}

std::vector<Tensor> BatchRunner::run(std::span<const Tensor* const> inputs) const {
    const std::int64_t rows = inputs.empty() ? 0 : inputs[0]->shape()[0];
    std::vector<Tensor> outputs;
    for (const Model::Port& port : m_model->outputs()) {
        outputs.emplace_back(port.spec.shape.withBatch(rows), port.spec.dtype);
    }
    auto lane = take();
    for (std::int64_t first = 0; first < rows; first += m_largestBatch) {
        const std::int64_t count = std::min(m_largestBatch, rows - first);
        Plan& plan = lane->planFor(m_model, count);
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const std::size_t rowBytes = inputs[i]->byteSize() / static_cast<std::size_t>(rows);
            std::memcpy(plan.input(i), static_cast<const std::byte*>(inputs[i]->bytes()) + rowBytes * static_cast<std::size_t>(first),
                        rowBytes * static_cast<std::size_t>(count));
        }
        plan.forward(lane->pool, m_pointers.data(), 0, 0);
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const std::size_t rowBytes = outputs[i].byteSize() / static_cast<std::size_t>(rows);
            std::memcpy(static_cast<std::byte*>(outputs[i].bytes()) + rowBytes * static_cast<std::size_t>(first), plan.output(i),
                        rowBytes * static_cast<std::size_t>(count));
        }
    }
    const std::lock_guard lock(m_mutex);
    m_idle.push_back(std::move(lane));
    return outputs;
}

} // namespace weft
