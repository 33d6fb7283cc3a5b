// SPDX-License-Identifier: Apache-2.0
#include "engine/data/generator_type.h"
#include "engine/data/generators/drawing.h"

#include <array>

namespace weft::generators {
namespace {

constexpr int kSize = 16;
constexpr int kKinds = 4;
constexpr std::array<Figure, kKinds> kDrawn{Figure::disc, Figure::frame, Figure::plus, Figure::rows};

void draw(int kind, std::uint8_t* to, Dice& dice) {
    const Picture picture{to, kSize, 1};
    const double side = dice.uniform(10, 14);
    picture.fill({0.1});
    const double x = dice.uniform(side / 2, kSize - side / 2);
    const double y = dice.uniform(side / 2, kSize - side / 2);
    picture.draw(kDrawn[static_cast<std::size_t>(kind)], x, y, side, {dice.uniform(0.6, 1)});
    picture.addNoise(15, dice);
}

std::vector<Tensor> generate(std::int64_t rows, std::uint64_t seed) {
    Tensor left({rows, kSize, kSize, 1}, DType::uint8), right({rows, kSize, kSize, 1}, DType::uint8), same({rows, 1});
    for (std::int64_t row = 0; row < rows; ++row) {
        Dice dice(seed, static_cast<std::uint64_t>(row));
        const int first = dice.below(kKinds);
        const bool isSame = dice.chance(0.5);
        const int second = isSame ? first : (first + 1 + dice.below(kKinds - 1)) % kKinds;
        draw(first, left.data<std::uint8_t>() + row * kSize * kSize, dice);
        draw(second, right.data<std::uint8_t>() + row * kSize * kSize, dice);
        same.floats()[static_cast<std::size_t>(row)] = isSame ? 1.0F : 0.0F;
    }
    std::vector<Tensor> out;
    for (Tensor* part : std::array{&left, &right, &same}) {
        out.push_back(std::move(*part));
    }
    return out;
}

} // namespace

GeneratorType shape_pairs() {
    return {"shape_pairs",
            "Pairs of figures",
            "Two grey pictures of 16 by 16, each with a disc, frame, plus or rows in any place, size and brightness, and whether both show the "
            "same figure.",
            {{"left", {}}, {"right", {}}, {"same", {}}},
            generate};
}

} // namespace weft::generators
