// SPDX-License-Identifier: Apache-2.0
#include "engine/data/generators/drawing.h"

#include <algorithm>
#include <cmath>

namespace weft {
namespace {

/// Whether a place of the unit square -1..1 belongs to the figure; y points down.
bool covers(Figure figure, double x, double y) {
    const double far = std::max(std::fabs(x), std::fabs(y));
    const double round = std::hypot(x, y);
    const auto stripe = [](double at) { return static_cast<int>(std::floor((at + 1) * 2.5)) % 2 == 0; };
    switch (figure) {
    case Figure::disc: return round < 1;
    case Figure::ring: return round < 1 && round > 0.55;
    case Figure::square: return far < 0.9;
    case Figure::frame: return far < 0.95 && far > 0.5;
    case Figure::triangle: return y < 0.9 && std::fabs(x) < (y + 1) / 2;
    case Figure::plus: return far < 1 && std::min(std::fabs(x), std::fabs(y)) < 0.3;
    case Figure::cross: return far < 1 && std::fabs(std::fabs(x) - std::fabs(y)) < 0.35;
    case Figure::rows: return far < 1 && stripe(y);
    case Figure::columns: return far < 1 && stripe(x);
    case Figure::chequers: return far < 1 && stripe(x) == stripe(y);
    }
    return false;
}

std::uint8_t byteOf(double brightness) { return static_cast<std::uint8_t>(std::lround(std::clamp(brightness, 0.0, 255.0))); }

} // namespace

void Picture::fill(const Colour& colour) const {
    for (int i = 0; i < size * size * colours; ++i) {
        bytes[i] = byteOf(255 * colour[static_cast<std::size_t>(i % colours)]);
    }
}

void Picture::draw(Figure figure, double x, double y, double side, const Colour& colour) const {
    for (int row = 0; row < size; ++row) {
        for (int column = 0; column < size; ++column) {
            if (covers(figure, (column + 0.5 - x) / (side / 2), (row + 0.5 - y) / (side / 2))) {
                for (int c = 0; c < colours; ++c) {
                    bytes[(row * size + column) * colours + c] = byteOf(255 * colour[static_cast<std::size_t>(c)]);
                }
            }
        }
    }
}

void Picture::addNoise(double deviation, Dice& dice) const {
    for (int i = 0; i < size * size * colours; ++i) {
        bytes[i] = byteOf(bytes[i] + deviation * dice.normal());
    }
}

Colour darkColour(Dice& dice) { return {dice.uniform(0, 0.3), dice.uniform(0, 0.3), dice.uniform(0, 0.3)}; }
Colour brightColour(Dice& dice) { return {dice.uniform(0.5, 1), dice.uniform(0.5, 1), dice.uniform(0.5, 1)}; }

} // namespace weft
