// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/thread_pool.h"
#include "engine/constraints/constraint_type.h"
#include "engine/model/weights.h"
#include "engine/optimizers/common.h"
#include "engine/schedules/schedule_type.h"

namespace weft {

/// A weight as the updater gets it. Those that are not trainable are only held.
struct UpdaterWeight {
    WeightKey key;
    std::shared_ptr<const Tensor> value;
    bool trainable = true;
};

/// Moves weights along their gradients: an optimizer's rule and all that Keras does around every rule, in Keras' order: loss scale,
/// accumulation, clipping, decay, rule, moving average. Owns the weights while they are trained, and the slots.
/// A step is `begin`, then either `update` for every element once (where `updatesByPart()`), or `updateAll`, then `end`.
class Updater {
public:
    /// Slots of `state` are taken over where they belong to this type of optimizer and fit. Throws Error where the optimizer is not valid.
    Updater(const Object& optimizer, std::vector<UpdaterWeight> weights, const OptimizerState& state = {});

    /// One pointer per weight, valid as long as the updater.
    const float* const* weights() const { return m_pointers.data(); }
    /// What the loss is to be multiplied by before gradients are computed.
    double lossScale() const { return m_common.loss_scale_factor.value_or(1.0); }
    /// Steps done.
    std::int64_t iteration() const { return m_iteration; }
    /// The learning rate of the next step.
    double learningRate() const;
    /// True where no norm of a whole gradient is needed, so that parts of a weight can be updated in any order, on any thread.
    bool updatesByPart() const { return !m_common.clipnorm && !m_common.global_clipnorm; }

    void begin();
    /// Updates elements of weight `index`; `gradient` (element 0 of the weight's) is changed on the way. Allocates nothing.
    void update(std::size_t index, Rows elements, float* gradient);
    /// Updates all weights whose gradient is not null. The same result whatever the number of threads. Allocates nothing.
    void updateAll(ThreadPool& pool, float* const* gradients);
    void end();

    /// The new value of a weight that training changes without a gradient (a moving mean). Allocates nothing after the first time.
    void overwrite(std::size_t index, const float* numbers);
    /// Brings a trained weight back to its constraint. To be called after `end`.
    void constrain(std::size_t index, const Constraint& rule) { rule.apply(m_held[index].numbers.data<float>()); }

    /// To be called when training is over: weights become their moving average, where one is kept. The state remembers what they were, so that
    /// a run that goes on from there goes on as if this had not been.
    void finish();

    /// Copies, in the order of the constructor.
    std::vector<std::shared_ptr<const Tensor>> values() const;
    /// Iteration, type and slots (by Keras' names; also `average`, `gradient_accumulator`); `epoch` and `batch` are left to the caller.
    OptimizerState state() const;

private:
    struct Slot {
        std::string name;
        Tensor numbers;
    };
    struct Held {
        WeightKey key;
        std::shared_ptr<const Tensor> original; ///< of a weight that is not trained
        Tensor numbers;                         ///< of one that is, or that was overwritten
        std::vector<Slot> slots;
        std::vector<float*> ruleSlots;
        float* average = nullptr;
        float* accumulator = nullptr;
        float* unaveraged = nullptr;
        bool trainable = false;
    };
    struct Block {
        std::size_t weight;
        Rows elements;
    };

    void book(Held& held, const OptimizerState& state);
    float* addSlot(Held& held, const std::string& name, float initial, const OptimizerState& state);
    std::int64_t updatesDone() const { return m_iteration / m_common.gradient_accumulation_steps.value_or(1); }
    void gather(Held& held, Rows elements, float* gradient) const;
    void apply(Held& held, Rows elements, float* gradient, float scale);
    void average(Held& held, Rows elements);
    double clipScale(double squares, double limit) const;

    CommonParameters m_common;
    std::string m_type;
    std::shared_ptr<const OptimizerRule> m_rule;
    std::shared_ptr<const Schedule> m_schedule; ///< null: the learning rate stays as it is
    std::int64_t m_iteration = 0;
    double m_rate = 0;
    bool m_updates = true; ///< false while gradients are only gathered
    std::vector<Held> m_held;
    std::vector<const float*> m_pointers;
    std::vector<Block> m_blocks; ///< fixed shares of the trained weights, for updateAll
    std::vector<double> m_squares; ///< per block
    std::vector<float> m_scales;   ///< per weight
};

} // namespace weft
