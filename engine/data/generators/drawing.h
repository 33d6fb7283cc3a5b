// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/data/generators/dice.h"

#include <array>
#include <cstdint>

namespace weft {

/// Figures that pictures are made of.
enum class Figure { disc, ring, square, frame, triangle, plus, cross, rows, columns, chequers };
inline constexpr int kFigures = 10;

using Colour = std::array<double, 3>; ///< 0..1; grey pictures use the first

/// A picture in the memory of a tensor: bytes, rows first, colours last.
struct Picture {
    std::uint8_t* bytes;
    int size, colours;

    void fill(const Colour& colour) const;
    /// The figure in a square of side `side` around (x, y), in pixels.
    void draw(Figure figure, double x, double y, double side, const Colour& colour) const;
    /// Adds noise of this deviation (of 255) to every number.
    void addNoise(double deviation, Dice& dice) const;
};

/// A dark colour, and one that stands out from it.
Colour darkColour(Dice& dice);
Colour brightColour(Dice& dice);

} // namespace weft
