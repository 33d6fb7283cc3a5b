// SPDX-License-Identifier: Apache-2.0
#include "engine/schedules/schedule_type.h"

#include "engine/base/text.h"

#include <algorithm>

namespace weft {

namespace schedules {
std::vector<ScheduleType> records();
}

const std::vector<ScheduleType>& scheduleTypes() {
    static const std::vector<ScheduleType> types = schedules::records();
    return types;
}

const ScheduleType* findScheduleType(std::string_view name) {
    const auto& all = scheduleTypes();
    const auto found = std::find_if(all.begin(), all.end(), [&](const ScheduleType& type) { return type.name == name; });
    return found == all.end() ? nullptr : &*found;
}

std::string scheduleProblem(const Object& schedule) {
    const ScheduleType* type = findScheduleType(schedule.type);
    if (!type) {
        return cat("There is no schedule named \"", schedule.type, "\".");
    }
    const auto problems = validate(type->schema, schedule.params);
    return problems.empty() ? std::string() : cat(type->title, ": ", problems.front().message);
}

} // namespace weft
