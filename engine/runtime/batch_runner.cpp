// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/batch_runner.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/model/layer_states.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace weft {

struct BatchRunner::Lane {
    ThreadPool pool;
    /// By batch size. A stream of odd sizes must not pile up plans, so few are kept.
    std::map<std::pair<const Model*, std::int64_t>, Plan> plans;
    explicit Lane(int threads) : pool(threads) {}

    Plan& planFor(const std::shared_ptr<const Model>& model, std::int64_t batch) {
        constexpr std::size_t kKept = 4;
        const std::pair key(model.get(), batch);
        const auto found = plans.find(key);
        if (found != plans.end()) {
            return found->second;
        }
        if (plans.size() >= kKept) {
            plans.clear();
        }
        return plans.emplace(key, Plan(model, {batch, false, false}, pool.threads())).first->second;
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

std::vector<Tensor> BatchRunner::run(std::span<const Tensor* const> inputs, std::stop_token stop) const {
    const std::int64_t rows = inputs.empty() ? 0 : inputs[0]->shape()[0];
    std::vector<Shape> shapes;
    for (const Tensor* input : inputs) {
        shapes.push_back(input->shape());
    }
    const std::shared_ptr<const Model> model = m_model->at(shapes);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (const auto unknown = unknownCode(*model, i, inputs[i]->bytes(), rows)) {
            throw Error(cat("Input \"", model->inputs()[i].name, "\", row ", unknown->row + 1, ": ", unknown->problem));
        }
    }
    std::vector<Tensor> outputs;
    for (const Model::Port& port : model->outputs()) {
        outputs.emplace_back(port.spec.shape.withBatch(rows), port.spec.dtype);
    }
    const std::int64_t fixed = model->fixedBatch();
    const std::int64_t largest = fixed == kUnknown ? m_largestBatch : fixed;
    auto lane = take();
    LayerStates states(*model, std::min(largest, fixed == kUnknown ? rows : fixed));
    for (std::int64_t first = 0; first < rows && !stop.stop_requested(); first += largest) {
        const std::int64_t count = std::min(largest, rows - first);
        Plan& plan = lane->planFor(model, fixed == kUnknown ? count : fixed);
        plan.bindStates(states.pointers());
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const std::size_t rowBytes = inputs[i]->byteSize() / static_cast<std::size_t>(rows);
            auto* to = static_cast<std::byte*>(plan.input(i));
            std::memcpy(to, static_cast<const std::byte*>(inputs[i]->bytes()) + rowBytes * static_cast<std::size_t>(first), rowBytes * static_cast<std::size_t>(count));
            const auto missing = static_cast<std::size_t>(plan.options().batch - count);
            std::memset(to + rowBytes * static_cast<std::size_t>(count), 0, rowBytes * missing);
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
