// SPDX-License-Identifier: Apache-2.0
#include "engine/base/memory.h"

#include "tests/support/check.h"

using namespace weft;

TEST("the machine has more memory than this test needs and less than any machine could have") {
    CHECK(physicalMemory() > 64U << 20);
    CHECK(physicalMemory() < std::uint64_t{1} << 50);
}

TEST("sizes are written with three digits and a unit") {
    CHECK_EQUAL(byteText(12), "12 bytes");
    CHECK_EQUAL(byteText(999), "999 bytes");
    CHECK_EQUAL(byteText(1000), "1.00 kB");
    CHECK_EQUAL(byteText(31400), "31.4 kB");
    CHECK_EQUAL(byteText(3.1360000e12), "3.14 TB");
    CHECK_EQUAL(byteText(999.6e6), "1.00 GB");
}

TEST("what the machine could hold is not refused, what it cannot hold is") {
    const auto has = static_cast<double>(physicalMemory());
    requireMemory(has * 0.999, "It needs");
    CHECK_THROWS_WITH("It needs about 3.14 PB of memory; this machine has ", requireMemory(3.14e15, "It needs"));
}
