// SPDX-License-Identifier: Apache-2.0
#include "engine/data/generator_type.h"
#include "engine/data/generators/drawing.h"

namespace weft::generators {
namespace {

constexpr int kSize = 32, kColours = 3;

std::vector<Tensor> generate(std::int64_t rows, std::uint64_t seed) {
    Tensor pictures({rows, kSize, kSize, kColours}, DType::uint8), figures({rows}, DType::int32);
    for (std::int64_t row = 0; row < rows; ++row) {
        Dice dice(seed, static_cast<std::uint64_t>(row));
        const Picture picture{pictures.data<std::uint8_t>() + row * kSize * kSize * kColours, kSize, kColours};
        const int figure = dice.below(kFigures);
        const double side = dice.uniform(14, 24);
        picture.fill(darkColour(dice));
        const double x = dice.uniform(side / 2, kSize - side / 2);
        const double y = dice.uniform(side / 2, kSize - side / 2);
        picture.draw(static_cast<Figure>(figure), x, y, side, brightColour(dice));
        picture.addNoise(12, dice);
        figures.data<std::int32_t>()[row] = figure;
    }
    std::vector<Tensor> out;
    out.push_back(std::move(pictures));
    out.push_back(std::move(figures));
    return out;
}

} // namespace

GeneratorType shapes() {
    return {"shapes",
            "Figures",
            "Colour pictures of 32 by 32 with one of ten figures (disc, ring, square, frame, triangle, plus, cross, rows, columns, chequers) in any "
            "place, size and colour, and which it is (0 to 9).",
            {{"picture", {}}, {"figure", {}}},
            generate};
}

} // namespace weft::generators
