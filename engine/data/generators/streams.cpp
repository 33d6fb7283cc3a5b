// SPDX-License-Identifier: Apache-2.0
#include "engine/data/generator_type.h"
#include "engine/data/generators/dice.h"

namespace weft::generators {
namespace {

constexpr int kStreams = 32, kSteps = 8, kSignals = 4, kChannels = kSignals + 2;

std::vector<Tensor> generate(std::int64_t rows, std::uint64_t seed) {
    Tensor piece({rows, kSteps, kChannels}), signal({rows}, DType::int32);
    for (int stream = 0; stream < kStreams; ++stream) {
        Dice dice(seed, static_cast<std::uint64_t>(stream));
        int shown = dice.below(kSignals);
        // A stream's pieces lie a batch apart: row r of a batch goes on in row r of the next.
        for (std::int64_t row = stream; row < rows; row += kStreams) {
            float* to = piece.floats().data() + row * kSteps * kChannels;
            for (int i = 0; i < kSteps * kChannels; ++i) {
                to[i] = static_cast<float>(0.2 * dice.normal());
            }
            if (row < kStreams || dice.chance(0.25)) {
                shown = dice.below(kSignals);
                to[dice.below(kSteps) * kChannels + shown] += 1.0F;
            }
            signal.data<std::int32_t>()[row] = shown;
        }
    }
    std::vector<Tensor> out;
    out.push_back(std::move(piece));
    out.push_back(std::move(signal));
    return out;
}

} // namespace

GeneratorType streams() {
    return {"streams",
            "Endless streams",
            "Pieces of eight steps out of 32 endless streams, in turn, and the signal (0 to 3) that each stream showed last. Only every fourth "
            "piece shows one: for the others, what came before must be remembered.",
            {{"piece", {}}, {"signal", {}}},
            generate};
}

} // namespace weft::generators
