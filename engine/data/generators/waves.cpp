// SPDX-License-Identifier: Apache-2.0
#include "engine/data/generator_type.h"
#include "engine/data/generators/dice.h"

#include <cmath>
#include <numbers>

namespace weft::generators {
namespace {

constexpr int kSteps = 8, kChannels = 16, kClasses = 10;

std::vector<Tensor> generate(std::int64_t rows, std::uint64_t seed) {
    Tensor wave({rows, kSteps, kChannels}), pitch({rows}, DType::int32);
    constexpr int kSamples = kSteps * kChannels;
    for (std::int64_t row = 0; row < rows; ++row) {
        Dice dice(seed, static_cast<std::uint64_t>(row));
        const int kind = dice.below(kClasses);
        const double turns = 2 + 1.5 * kind + dice.uniform(-0.3, 0.3); // over all samples
        const double phase = dice.uniform(0, 2 * std::numbers::pi);
        const double loudness = dice.uniform(0.7, 1.3);
        for (int i = 0; i < kSamples; ++i) {
            const double angle = phase + 2 * std::numbers::pi * turns * i / kSamples;
            wave.floats()[static_cast<std::size_t>(row * kSamples + i)] = static_cast<float>(loudness * std::sin(angle) + 0.2 * dice.normal());
        }
        pitch.data<std::int32_t>()[row] = kind;
    }
    std::vector<Tensor> out;
    out.push_back(std::move(wave));
    out.push_back(std::move(pitch));
    return out;
}

} // namespace

GeneratorType waves() {
    return {"waves",
            "Waves",
            "A noisy sine wave in eight steps of sixteen samples, at a random phase and loudness, and its pitch (0 to 9).",
            {{"wave", {}}, {"pitch", {}}},
            generate};
}

} // namespace weft::generators
