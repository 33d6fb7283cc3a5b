// SPDX-License-Identifier: Apache-2.0
#include "engine/data/generator_type.h"
#include "engine/data/generators/dice.h"

#include <array>

namespace weft::generators {
namespace {

constexpr int kTitleWords = 10, kBodyWords = 40, kTags = 12, kDepartments = 4;
// Words are numbers below 1000; 0 stands for "no word".
constexpr int kUrgentWords = 40, kFirstUrgent = 20;
constexpr int kDepartmentWords = 40, kFirstDepartment = 100;
constexpr int kCommonWords = 700, kFirstCommon = 300;

struct Ticket {
    int department;
    bool urgent;
};

std::int32_t word(const Ticket& ticket, double typical, Dice& dice) {
    if (dice.chance(ticket.urgent ? 0.15 : 0.02)) {
        return kFirstUrgent + dice.below(kUrgentWords);
    }
    if (dice.chance(typical)) {
        return kFirstDepartment + ticket.department * kDepartmentWords + dice.below(kDepartmentWords);
    }
    return kFirstCommon + dice.below(kCommonWords);
}

/// A text of at least half of `words`; the rest stays 0, before it.
void write(const Ticket& ticket, int words, double typical, std::int32_t* to, Dice& dice) {
    for (int i = dice.below(words / 2 + 1); i < words; ++i) {
        to[i] = word(ticket, typical, dice);
    }
}

std::vector<Tensor> generate(std::int64_t rows, std::uint64_t seed) {
    Tensor title({rows, kTitleWords}, DType::int32), body({rows, kBodyWords}, DType::int32), tags({rows, kTags});
    Tensor priority({rows, 1}), department({rows}, DType::int32);
    for (std::int64_t row = 0; row < rows; ++row) {
        Dice dice(seed, static_cast<std::uint64_t>(row));
        const Ticket ticket{dice.below(kDepartments), dice.chance(0.5)};
        write(ticket, kTitleWords, 0.3, title.data<std::int32_t>() + row * kTitleWords, dice);
        write(ticket, kBodyWords, 0.15, body.data<std::int32_t>() + row * kBodyWords, dice);
        for (int tag = 0; tag < kTags; ++tag) {
            tags.floats()[static_cast<std::size_t>(row * kTags + tag)] = dice.chance(tag % kDepartments == ticket.department ? 0.4 : 0.15) ? 1.0F : 0.0F;
        }
        priority.floats()[static_cast<std::size_t>(row)] = ticket.urgent ? 1.0F : 0.0F;
        department.data<std::int32_t>()[row] = ticket.department;
    }
    std::vector<Tensor> out;
    for (Tensor* part : std::array{&title, &body, &tags, &priority, &department}) {
        out.push_back(std::move(*part));
    }
    return out;
}

} // namespace

GeneratorType tickets() {
    return {"tickets",
            "Support tickets",
            "Title (10 words), body (40 words) and tags of a customer's ticket; its priority (1: urgent) and department (0 to 3). Each department "
            "and urgency has words of its own, and tags lean to a department.",
            {{"title", {}}, {"body", {}}, {"tags", {}}, {"priority", {}}, {"department", {}}},
            generate};
}

} // namespace weft::generators
