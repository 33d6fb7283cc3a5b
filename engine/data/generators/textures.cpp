// SPDX-License-Identifier: Apache-2.0
#include "engine/data/generator_type.h"
#include "engine/data/generators/drawing.h"

#include <array>
#include <cmath>
#include <numbers>

namespace weft::generators {
namespace {

constexpr int kSmall = 32, kLarge = 64, kColours = 3, kDirections = 4;

/// Waves of brightness across a picture of one colour.
void weave(int direction, std::uint8_t* to, int size, Dice& dice) {
    const double angle = std::numbers::pi * direction / kDirections + dice.uniform(-0.1, 0.1);
    const double wavelength = dice.uniform(4, 7);
    const double phase = dice.uniform(0, 2 * std::numbers::pi);
    const Colour colour = brightColour(dice);
    const double x = std::cos(angle), y = std::sin(angle);
    for (int row = 0; row < size; ++row) {
        for (int column = 0; column < size; ++column) {
            const double wave = std::sin(2 * std::numbers::pi * (x * column + y * row) / wavelength + phase);
            for (int c = 0; c < kColours; ++c) {
                *to++ = static_cast<std::uint8_t>(std::lround(255 * colour[static_cast<std::size_t>(c)] * (0.55 + 0.45 * wave)));
            }
        }
    }
}

std::vector<Tensor> generate(std::int64_t rows, std::uint64_t seed) {
    Tensor small({rows, kSmall, kSmall, kColours}, DType::uint8), large({rows, kLarge, kLarge, kColours}, DType::uint8);
    Tensor direction({rows}, DType::int32);
    for (std::int64_t row = 0; row < rows; ++row) {
        Dice dice(seed, static_cast<std::uint64_t>(row));
        const int kind = dice.below(kDirections);
        std::uint8_t* a = small.data<std::uint8_t>() + row * kSmall * kSmall * kColours;
        std::uint8_t* b = large.data<std::uint8_t>() + row * kLarge * kLarge * kColours;
        weave(kind, a, kSmall, dice);
        weave(kind, b, kLarge, dice);
        Picture{a, kSmall, kColours}.addNoise(25, dice);
        Picture{b, kLarge, kColours}.addNoise(25, dice);
        direction.data<std::int32_t>()[row] = kind;
    }
    std::vector<Tensor> out;
    for (Tensor* part : std::array{&small, &large, &direction}) {
        out.push_back(std::move(*part));
    }
    return out;
}

} // namespace

GeneratorType textures() {
    return {"textures",
            "Woven textures",
            "Two colour pictures of one fabric, 32 by 32 and 64 by 64, at different scales and colours, and the direction of its threads (0 to 3: "
            "every 45 degrees).",
            {{"small", {}}, {"large", {}}, {"direction", {}}},
            generate};
}

} // namespace weft::generators
