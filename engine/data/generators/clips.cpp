// SPDX-License-Identifier: Apache-2.0
#include "engine/data/generator_type.h"
#include "engine/data/generators/drawing.h"

#include <array>

namespace weft::generators {
namespace {

constexpr int kFrames = 5, kSize = 16, kColours = 3, kDirections = 4, kKinds = 3, kHues = 3, kWords = 5;
constexpr std::array<Figure, kKinds> kDrawn{Figure::disc, Figure::frame, Figure::plus};

// Words of the questions. 0 stands for "no word".
enum Word { none, what, which, colour, figure, direction, has, is, it, the, going, shape, way, does, move };
constexpr int kWordings = 2;
constexpr std::int32_t kQuestions[3][kWordings][kWords] = {
    {{what, colour, has, it, none}, {which, colour, is, the, figure}},
    {{what, figure, is, it, none}, {which, shape, has, it, none}},
    {{which, way, does, it, move}, {what, direction, is, it, going}},
};
// Answers: colours 0..2, figures 3..5, directions 6..9.
constexpr int kFirstFigure = kHues, kFirstDirection = kHues + kKinds;

std::vector<Tensor> generate(std::int64_t rows, std::uint64_t seed) {
    Tensor clips({rows, kFrames, kSize, kSize, kColours}, DType::uint8), questions({rows, kWords}, DType::int32);
    Tensor answers({rows}, DType::int32), ways({rows}, DType::int32);
    constexpr std::int64_t kBytes = std::int64_t{kSize} * kSize * kColours;
    for (std::int64_t row = 0; row < rows; ++row) {
        Dice dice(seed, static_cast<std::uint64_t>(row));
        const int hue = dice.below(kHues), kind = dice.below(kKinds), way = dice.below(kDirections);
        Colour ink{0.15, 0.15, 0.15};
        ink[static_cast<std::size_t>(hue)] = 1;
        const double speed = dice.uniform(1, 1.8);
        const double dx = way == 0 ? -speed : way == 1 ? speed : 0; // left, right, up, down
        const double dy = way == 2 ? -speed : way == 3 ? speed : 0;
        // In the middle of its way it is near the middle of the picture, so that no single frame tells where it goes.
        const double x = kSize / 2.0 + dice.uniform(-2, 2), y = kSize / 2.0 + dice.uniform(-2, 2);
        for (int frame = 0; frame < kFrames; ++frame) {
            const Picture picture{clips.data<std::uint8_t>() + (row * kFrames + frame) * kBytes, kSize, kColours};
            const double time = frame - (kFrames - 1) / 2.0;
            picture.fill({});
            picture.draw(kDrawn[static_cast<std::size_t>(kind)], x + dx * time, y + dy * time, 8, ink);
            picture.addNoise(10, dice);
        }
        const int asked = dice.below(3);
        const auto& words = kQuestions[asked][dice.below(kWordings)];
        std::copy(std::begin(words), std::end(words), questions.data<std::int32_t>() + row * kWords);
        answers.data<std::int32_t>()[row] = asked == 0 ? hue : asked == 1 ? kFirstFigure + kind : kFirstDirection + way;
        ways.data<std::int32_t>()[row] = way;
    }
    std::vector<Tensor> out;
    for (Tensor* part : std::array{&clips, &questions, &answers, &ways}) {
        out.push_back(std::move(*part));
    }
    return out;
}

} // namespace

GeneratorType clips() {
    return {"clips",
            "Film clips",
            "Five colour frames of 16 by 16 in which a disc, frame or plus in red, green or blue moves; a question of five words about colour, figure "
            "or direction; its answer (0 to 9: three colours, three figures, left, right, up, down); and the direction (0 to 3).",
            {{"clip", {}}, {"question", {}}, {"answer", {}}, {"direction", {}}},
            generate};
}

} // namespace weft::generators
