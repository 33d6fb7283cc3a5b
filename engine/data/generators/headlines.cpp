// SPDX-License-Identifier: Apache-2.0
#include "engine/data/generator_type.h"
#include "engine/data/generators/dice.h"

#include <array>
#include <cmath>
#include <numbers>

namespace weft::generators {
namespace {

constexpr int kWords = 20, kExtras = 5;
// Words are numbers below 1000: some excite, some bore, most do neither.
constexpr int kCharged = 50, kFirstExciting = 100, kFirstBoring = 200, kCommon = 600, kFirstCommon = 400;

std::vector<Tensor> generate(std::int64_t rows, std::uint64_t seed) {
    Tensor headline({rows, kWords}, DType::int32), extra({rows, kExtras}), shared({rows, 1});
    for (std::int64_t row = 0; row < rows; ++row) {
        Dice dice(seed, static_cast<std::uint64_t>(row));
        auto* words = headline.data<std::int32_t>() + row * kWords;
        const double mood = dice.uniform(-1, 1);
        int charge = 0;
        for (int i = 0; i < kWords; ++i) {
            const int tone = !dice.chance(0.4) ? 0 : dice.chance((1 + mood) / 2) ? 1 : -1;
            charge += tone;
            words[i] = tone == 0 ? kFirstCommon + dice.below(kCommon) : (tone > 0 ? kFirstExciting : kFirstBoring) + dice.below(kCharged);
        }
        const double hour = dice.uniform(0, 2 * std::numbers::pi);
        const double followers = dice.normal();
        float* facts = extra.floats().data() + row * kExtras;
        facts[0] = static_cast<float>(std::sin(hour));
        facts[1] = static_cast<float>(std::cos(hour));
        facts[2] = static_cast<float>(followers);
        facts[3] = dice.chance(2.0 / 7) ? 1.0F : 0.0F; // weekend
        facts[4] = static_cast<float>(dice.normal());  // of no use
        const double score = 0.5 * charge + 1.5 * followers + std::sin(hour) + static_cast<double>(facts[3]) - 0.3;
        shared.floats()[static_cast<std::size_t>(row)] = score > 0 ? 1.0F : 0.0F;
    }
    std::vector<Tensor> out;
    for (Tensor* part : std::array{&headline, &extra, &shared}) {
        out.push_back(std::move(*part));
    }
    return out;
}

} // namespace

GeneratorType headlines() {
    return {"headlines",
            "Headlines",
            "Twenty words of a headline, five facts about its posting (hour as sine and cosine, followers, weekend, one of no use), and whether it "
            "was shared: exciting words help, boring ones hinder, and so do the facts.",
            {{"headline", {}}, {"extra", {}}, {"shared", {}}},
            generate};
}

} // namespace weft::generators
