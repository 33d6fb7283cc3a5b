// SPDX-License-Identifier: Apache-2.0
#include "engine/base/random.h"
#include "tests/support/check.h"

namespace weft {

TEST("Philox gives the published numbers (known answers of Random123)") {
    using Words = std::array<std::uint32_t, 4>;
    CHECK(Random(0, 0).block(0) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(Random(~0ull, ~0ull).block(~0ull) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(Random(0x299f31d0a4093822, 0x0370734413198a2e).block(0x85a308d3243f6a88) ==
          Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST("uniform numbers lie in [0, 1) with the moments of the uniform distribution, and streams differ") {
    const Random random(3, 1), other(3, 2);
    double sum = 0, squares = 0, together = 0;
    const int count = 100000;
    for (int i = 0; i < count; ++i) {
        const double u = random.uniform(static_cast<std::uint64_t>(i));
        CHECK(u >= 0 && u < 1);
        sum += u;
        squares += u * u;
        together += (u - 0.5) * (static_cast<double>(other.uniform(static_cast<std::uint64_t>(i))) - 0.5);
    }
    // Five standard deviations of each mean.
    CHECK_NEAR(sum / count, 0.5, 5 * std::sqrt(1.0 / 12 / count));
    CHECK_NEAR(squares / count, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / count));
    CHECK_NEAR(together / count, 0.0, 5.0 / 12 / std::sqrt(count));
    CHECK_EQUAL(random.uniform(5), static_cast<float>(random.block(1)[1] >> 8) / 16777216.0f);
}

TEST("normal numbers have the moments of the normal distribution, and neighbours are independent") {
    const Random random(4);
    double moments[5] = {}, neighbours = 0;
    const int count = 100000;
    for (int i = 0; i < count; ++i) {
        const double x = random.normal(static_cast<std::uint64_t>(i));
        double power = 1;
        for (double& moment : moments) {
            moment += power / count;
            power *= x;
        }
        neighbours += x * static_cast<double>(random.normal(static_cast<std::uint64_t>(i) + 1)) / count;
    }
    CHECK_NEAR(moments[1], 0, 5 / std::sqrt(count));
    CHECK_NEAR(moments[2], 1, 5 * std::sqrt(2.0 / count));
    CHECK_NEAR(moments[3], 0, 5 * std::sqrt(15.0 / count));
    CHECK_NEAR(moments[4], 3, 5 * std::sqrt(96.0 / count));
    CHECK_NEAR(neighbours, 0, 5 / std::sqrt(count));
}

TEST("whole numbers below a bound are evenly spread") {
    const Random random(5);
    std::array<int, 7> seen{};
    for (std::uint64_t i = 0; i < 70000; ++i) {
        const std::uint64_t value = random.below(i, 7);
        REQUIRE(value < 7);
        ++seen[value];
    }
    for (const int times : seen) {
        CHECK_NEAR(times, 10000, 5 * std::sqrt(70000.0 / 7 * 6 / 7));
    }
    CHECK_EQUAL(random.below(9, 1), 0u);
    // The top half of the product: a bound of 2^63 leaves the number's upper 63 bits.
    const std::array<std::uint32_t, 4> words = random.block(0);
    CHECK_EQUAL(random.below(0, 1ull << 63), (std::uint64_t{words[1]} << 32 | words[0]) >> 1);
    CHECK_EQUAL(random.below(1, ~0ull), [&] {
        const std::uint64_t x = std::uint64_t{words[3]} << 32 | words[2]; // x (2^64 - 1) / 2^64 = x - 1 + something, for x > 0
        return x - 1;
    }());
}

} // namespace weft
