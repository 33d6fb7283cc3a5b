// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/binding.h"

#include <memory>

namespace weft {

/// A learning rate by step, its parameters settled. Immutable.
class Schedule {
public:
    virtual ~Schedule() = default;
    /// Of step `step`, counted from 0.
    virtual double rate(std::int64_t step) const = 0;
};

/// One kind of schedule, in one file of `engine/schedules`.
struct ScheduleType {
    std::string name; ///< Keras' class: `ExponentialDecay`
    std::string title;
    std::string help;
    std::string formula;
    Schema schema;
    std::function<std::shared_ptr<const Schedule>(const ParamMap& params)> build;
};

const std::vector<ScheduleType>& scheduleTypes();
/// By class name; null if there is none.
const ScheduleType* findScheduleType(std::string_view name);

/// What is wrong with a schedule as an object: unknown type, bad parameters. One sentence; empty: nothing.
std::string scheduleProblem(const Object& schedule);

/// Fills schema and build of a record from a struct with `static Binding<T> binding()` and `double rate(std::int64_t) const`.
template <class T>
void bindSchedule(ScheduleType& type) {
    struct Bound final : Schedule {
        explicit Bound(T parameters) : own(std::move(parameters)) {}
        double rate(std::int64_t step) const override { return own.rate(step); }
        T own;
    };
    auto binding = std::make_shared<const Binding<T>>(T::binding());
    type.schema = binding->schema();
    type.build = [binding](const ParamMap& params) { return std::make_shared<Bound>(binding->read(params)); };
}

} // namespace weft
