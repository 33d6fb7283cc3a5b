// SPDX-License-Identifier: Apache-2.0
#include "engine/data/generator_type.h"
#include "engine/data/generators/dice.h"

#include <algorithm>
#include <cmath>

namespace weft::generators {
namespace {

const std::vector<std::string> kFields = {"age", "education", "hours", "experience", "city", "manager", "engineer", "nurse", "clerk", "high_income"};

std::vector<Tensor> generate(std::int64_t rows, std::uint64_t seed) {
    Tensor people({rows, static_cast<std::int64_t>(kFields.size())}, DType::float64);
    auto* to = people.data<double>();
    for (std::int64_t row = 0; row < rows; ++row, to += kFields.size()) {
        Dice dice(seed, static_cast<std::uint64_t>(row));
        const double age = std::floor(dice.uniform(18, 70));
        const double education = 8 + dice.below(13);
        const double hours = std::round(std::clamp(40 + 10 * dice.normal(), 5.0, 80.0));
        const double experience = std::floor(std::max(0.0, age - education - 6) * dice.uniform(0.4, 1));
        const bool city = dice.chance(0.6);
        const int job = dice.below(4);
        // Jobs and the city count by themselves; age rises and falls, and hours only count for those who know their trade.
        const double score = (job == 0 ? 1.4 : job == 1 ? 1.0 : job == 2 ? -0.4 : -1.2) + (city ? 0.7 : -0.5) -
                             std::pow((age - 46) / 13, 2) + 0.25 * (education - 13) + 0.06 * (hours - 40) * std::min(experience, 20.0) / 10 +
                             0.6;
        const double row_values[] = {age, education, hours, experience, city ? 1.0 : 0.0, job == 0 ? 1.0 : 0.0, job == 1 ? 1.0 : 0.0,
                                     job == 2 ? 1.0 : 0.0, job == 3 ? 1.0 : 0.0, score + 0.5 * dice.normal() > 0 ? 1.0 : 0.0};
        std::copy(std::begin(row_values), std::end(row_values), to);
    }
    std::vector<Tensor> out;
    out.push_back(std::move(people));
    return out;
}

} // namespace

GeneratorType incomes() {
    return {"incomes",
            "Incomes",
            "A table of people: age, years of education, hours a week, years of experience, whether they live in a city, which of four jobs they "
            "have, and whether their income is high. Some of it adds up simply, some only in combination.",
            {{"people", kFields}},
            generate};
}

} // namespace weft::generators
