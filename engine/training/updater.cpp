// SPDX-License-Identifier: Apache-2.0
#include "engine/training/updater.h"

#include "engine/base/error.h"
#include "engine/kernels/kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace weft {
namespace {

constexpr std::int64_t kBlock = 32768; // elements: gradient, weight and two slots of it fit a second-level cache

/// A weight's slot of this name and size in a state, or null.
const Tensor* slotOf(const OptimizerState& state, const WeightKey& key, const std::string& name, std::int64_t size) {
    const auto slots = state.slots.find(key);
    if (slots == state.slots.end()) {
        return nullptr;
    }
    const auto slot = slots->second.find(name);
    const bool fits = slot != slots->second.end() && slot->second && slot->second->size() == size && slot->second->dtype() == DType::float32;
    return fits ? slot->second.get() : nullptr;
}

} // namespace

Updater::Updater(const Object& optimizer, std::vector<UpdaterWeight> weights, const OptimizerState& state) {
    if (const std::string problem = optimizerProblem(optimizer); !problem.empty()) {
        throw Error(problem);
    }
    const OptimizerType& type = *findOptimizerType(optimizer.type);
    m_common = commonParameters(type, optimizer.params);
    m_type = type.name;
    if (const auto& schedule = m_common.learning_rate_schedule) {
        if (const std::string problem = scheduleProblem(*schedule); !problem.empty()) {
            throw Error(problem);
        }
        m_schedule = findScheduleType(schedule->type)->build(schedule->params);
    }
    m_rule = type.build(optimizer.params);
    const bool goesOn = state.type == m_type;
    m_iteration = goesOn ? state.iteration : 0;
    for (UpdaterWeight& weight : weights) {
        Held held;
        held.key = std::move(weight.key);
        held.trainable = weight.trainable;
        held.original = std::move(weight.value);
        m_held.push_back(std::move(held));
    }
    static const OptimizerState kNone;
    for (Held& held : m_held) {
        if (held.trainable) {
            book(held, goesOn ? state : kNone);
            for (std::int64_t begin = 0; begin < held.numbers.size(); begin += kBlock) {
                m_blocks.push_back({static_cast<std::size_t>(&held - m_held.data()), {begin, std::min(begin + kBlock, held.numbers.size())}});
            }
        }
        m_pointers.push_back(held.trainable ? held.numbers.data<float>() : held.original->data<float>());
    }
    m_squares.resize(m_blocks.size());
    m_scales.resize(m_held.size(), 1.0f);
}

void Updater::book(Held& held, const OptimizerState& state) {
    held.numbers = *held.original;
    const std::vector<std::string> names = m_rule->slots();
    held.slots.reserve(names.size() + 3);
    for (std::size_t i = 0; i < names.size(); ++i) {
        held.ruleSlots.push_back(addSlot(held, names[i], m_rule->initial(i), state));
    }
    if (m_common.gradient_accumulation_steps) {
        held.accumulator = addSlot(held, "gradient_accumulator", 0, state);
    }
    if (m_common.use_ema) {
        held.average = addSlot(held, "average", 0, state);
        // An earlier run ended by averaging: it goes on from what the weights were, unless they were changed since.
        const Tensor* before = slotOf(state, held.key, "unaveraged", held.numbers.size());
        if (before && std::memcmp(held.average, held.numbers.bytes(), held.numbers.byteSize()) == 0) {
            std::memcpy(held.numbers.bytes(), before->bytes(), before->byteSize());
        }
    }
    held.original.reset();
}

float* Updater::addSlot(Held& held, const std::string& name, float initial, const OptimizerState& state) {
    Slot& slot = held.slots.emplace_back(Slot{name, Tensor(held.numbers.shape())});
    if (const Tensor* saved = slotOf(state, held.key, name, held.numbers.size())) {
        std::memcpy(slot.numbers.bytes(), saved->bytes(), saved->byteSize());
    } else {
        std::fill_n(slot.numbers.data<float>(), slot.numbers.size(), initial);
    }
    return slot.numbers.data<float>();
}

double Updater::learningRate() const {
    const double rate = m_schedule ? m_schedule->rate(updatesDone()) : m_common.learning_rate;
    return static_cast<double>(static_cast<float>(rate)); // Keras keeps it as float32
}

void Updater::begin() {
    m_rate = learningRate();
    m_updates = (m_iteration + 1) % m_common.gradient_accumulation_steps.value_or(1) == 0;
}

void Updater::update(std::size_t index, Rows elements, float* gradient) {
    Held& held = m_held[index];
    gather(held, elements, gradient);
    if (m_updates) {
        apply(held, elements, gradient, 1.0f);
    }
    average(held, elements);
}

void Updater::updateAll(ThreadPool& pool, float* const* gradients) {
    const bool norms = m_updates && !updatesByPart();
    if (norms) {
        pool.forEach(static_cast<std::int64_t>(m_blocks.size()), [&](std::int64_t i, int) {
            const Block& block = m_blocks[static_cast<std::size_t>(i)];
            double& squares = m_squares[static_cast<std::size_t>(i)];
            squares = 0;
            if (float* gradient = gradients[block.weight]) {
                gather(m_held[block.weight], block.elements, gradient);
                squares = kernels::sumOfSquares(gradient + block.elements.begin, block.elements.count());
            }
        });
        double all = 0;
        for (std::size_t i = 0; i < m_blocks.size();) {
            const std::size_t weight = m_blocks[i].weight;
            double squares = 0;
            for (; i < m_blocks.size() && m_blocks[i].weight == weight; ++i) {
                squares += m_squares[i];
            }
            all += squares;
            m_scales[weight] = static_cast<float>(clipScale(squares, m_common.clipnorm.value_or(0)));
        }
        if (m_common.global_clipnorm) {
            std::fill(m_scales.begin(), m_scales.end(), static_cast<float>(clipScale(all, *m_common.global_clipnorm)));
        }
    }
    pool.forEach(static_cast<std::int64_t>(m_blocks.size()), [&](std::int64_t i, int) {
        const Block& block = m_blocks[static_cast<std::size_t>(i)];
        if (float* gradient = gradients[block.weight]) {
            if (norms) {
                apply(m_held[block.weight], block.elements, gradient, m_scales[block.weight]);
                average(m_held[block.weight], block.elements);
            } else {
                update(block.weight, block.elements, gradient);
            }
        }
    });
}

void Updater::end() {
    ++m_iteration;
}

void Updater::overwrite(std::size_t index, const float* numbers) {
    Held& held = m_held[index];
    if (held.original) {
        held.numbers = *held.original;
        held.original.reset();
        m_pointers[index] = held.numbers.data<float>();
    }
    std::memcpy(held.numbers.bytes(), numbers, held.numbers.byteSize());
}

/// The gradient as one batch alone would give it, or the mean over the batches since the last update.
void Updater::gather(Held& held, Rows elements, float* gradient) const {
    if (m_common.loss_scale_factor) {
        const auto scale = static_cast<float>(*m_common.loss_scale_factor);
        for (std::int64_t i = elements.begin; i < elements.end; ++i) {
            gradient[i] /= scale;
        }
    }
    if (!held.accumulator) {
        return;
    }
    const auto steps = static_cast<float>(*m_common.gradient_accumulation_steps);
    for (std::int64_t i = elements.begin; i < elements.end; ++i) {
        const float sum = held.accumulator[i] + gradient[i];
        held.accumulator[i] = m_updates ? 0.0f : sum;
        gradient[i] = sum / steps;
    }
}

void Updater::apply(Held& held, Rows elements, float* gradient, float scale) {
    if (scale != 1.0f) {
        kernels::scaled(scale, gradient + elements.begin, gradient + elements.begin, elements.count(), false);
    }
    if (m_common.clipvalue) {
        const auto limit = static_cast<float>(*m_common.clipvalue);
        for (std::int64_t i = elements.begin; i < elements.end; ++i) {
            gradient[i] = std::clamp(gradient[i], -limit, limit);
        }
    }
    float* weight = held.numbers.data<float>();
    if (m_common.weight_decay) {
        const auto decay = static_cast<float>(*m_common.weight_decay * m_rate);
        for (std::int64_t i = elements.begin; i < elements.end; ++i) {
            weight[i] -= weight[i] * decay;
        }
    }
    m_rule->update(updatesDone(), m_rate, gradient, held.ruleSlots.data(), weight, elements.begin, elements.end);
}

void Updater::average(Held& held, Rows elements) {
    if (!held.average) {
        return;
    }
    const float momentum = updatesDone() == 0 ? 0.0f : static_cast<float>(m_common.ema_momentum);
    const bool overwrites = m_common.ema_overwrite_frequency && (updatesDone() + 1) % *m_common.ema_overwrite_frequency == 0;
    float* weight = held.numbers.data<float>();
    for (std::int64_t i = elements.begin; i < elements.end; ++i) {
        held.average[i] = momentum * held.average[i] + (1 - momentum) * weight[i];
        if (overwrites) {
            weight[i] = held.average[i];
        }
    }
}

/// What brings a gradient of this sum of squares down to a length of `limit` (0: no limit). NaN where it is not finite, as in Keras.
double Updater::clipScale(double squares, double limit) const {
    const double norm = std::sqrt(squares);
    return limit > 0 && !(norm <= limit) ? limit / norm + (norm - norm) : 1.0;
}

void Updater::finish() {
    if (!m_common.use_ema || m_iteration == 0) {
        return;
    }
    for (Held& held : m_held) {
        if (held.average) {
            if (!held.unaveraged) {
                held.unaveraged = addSlot(held, "unaveraged", 0, {});
            }
            std::memcpy(held.unaveraged, held.numbers.bytes(), held.numbers.byteSize());
            std::memcpy(held.numbers.bytes(), held.average, held.numbers.byteSize());
        }
    }
}

std::vector<std::shared_ptr<const Tensor>> Updater::values() const {
    std::vector<std::shared_ptr<const Tensor>> out;
    for (const Held& held : m_held) {
        out.push_back(held.original ? held.original : std::make_shared<const Tensor>(held.numbers));
    }
    return out;
}

OptimizerState Updater::state() const {
    OptimizerState out;
    out.iteration = m_iteration;
    out.type = m_type;
    for (const Held& held : m_held) {
        for (const Slot& slot : held.slots) {
            out.slots[held.key][slot.name] = std::make_shared<const Tensor>(slot.numbers);
        }
    }
    return out;
}

} // namespace weft
