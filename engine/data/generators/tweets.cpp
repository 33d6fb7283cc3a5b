// SPDX-License-Identifier: Apache-2.0
#include "engine/data/generator_type.h"
#include "engine/data/generators/dice.h"

#include <array>

namespace weft::generators {
namespace {

constexpr int kLength = 24, kSymbols = 16, kAuthors = 4, kOwn = kSymbols / kAuthors;

/// Each author likes four symbols of his own, and likes to follow one by the next of them.
void write(int author, float* to, Dice& dice) {
    int last = author * kOwn + dice.below(kOwn);
    for (int i = 0; i < kLength; ++i, to += kSymbols) {
        if (dice.chance(0.4)) {
            last = dice.below(kSymbols);
        } else {
            last = author * kOwn + (last + 1) % kOwn;
        }
        to[last] = 1;
    }
}

std::vector<Tensor> generate(std::int64_t rows, std::uint64_t seed) {
    Tensor a({rows, kLength, kSymbols}), b({rows, kLength, kSymbols}), same({rows, 1});
    for (std::int64_t row = 0; row < rows; ++row) {
        Dice dice(seed, static_cast<std::uint64_t>(row));
        const int first = dice.below(kAuthors);
        const bool isSame = dice.chance(0.5);
        const int second = isSame ? first : (first + 1 + dice.below(kAuthors - 1)) % kAuthors;
        write(first, a.data<float>() + row * kLength * kSymbols, dice);
        write(second, b.data<float>() + row * kLength * kSymbols, dice);
        same.floats()[static_cast<std::size_t>(row)] = isSame ? 1.0F : 0.0F;
    }
    std::vector<Tensor> out;
    for (Tensor* part : std::array{&a, &b, &same}) {
        out.push_back(std::move(*part));
    }
    return out;
}

} // namespace

GeneratorType tweets() {
    return {"tweets",
            "Pairs of tweets",
            "Two messages of 24 symbols out of 16, each symbol a row with a single 1, and whether both are by the same of four authors, who "
            "have symbols and turns that they like.",
            {{"tweet_a", {}}, {"tweet_b", {}}, {"same_author", {}}},
            generate};
}

} // namespace weft::generators
