// SPDX-License-Identifier: Apache-2.0
#include "engine/base/gzip.h"

#include "tests/support/check.h"

using namespace weft;

namespace {
/// `printf 'weft\n' | gzip -9n`
const std::string kFromGzip("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x2b\x4f\x4d\x2b\xe1\x02\x00\x8d\x2e\xf4\x66\x05\x00\x00\x00", 25);
} // namespace

TEST("what the program gzip packed unpacks, several members one after the other too") {
    CHECK_EQUAL(gunzip(kFromGzip, 5, "x"), "weft\n");
    CHECK_EQUAL(gunzip(kFromGzip + kFromGzip + std::string(3, '\0'), 10, "x"), "weft\nweft\n");
}

TEST("packing and unpacking give the same bytes, and packing twice the same file") {
    std::string text;
    for (long i = 0; i < 100000; ++i) {
        text += static_cast<char>((i * i >> 7 & 0xff));
    }
    for (const std::string& bytes : {std::string(), std::string("a"), std::string(200000, 'z'), text}) {
        CHECK(gunzip(gzip(bytes), bytes.size(), "x") == bytes);
        CHECK(gzip(bytes) == gzip(bytes));
    }
}

TEST("more than the limit, a wrong checksum, cut off data and other data are refused") {
    CHECK_THROWS_WITH("more than the 4 bytes", gunzip(kFromGzip, 4, "x"));
    CHECK_THROWS_WITH("more than the 100 bytes", gunzip(gzip(std::string(100000, 'z')), 100, "x"));
    std::string wrong = kFromGzip;
    wrong[17] ^= 1;
    CHECK_THROWS_WITH("x are damaged", gunzip(wrong, 5, "x"));
    for (std::size_t size = 0; size < kFromGzip.size(); ++size) {
        CHECK_THROWS_WITH("end early", gunzip(kFromGzip.substr(0, size), 5, "x"));
    }
    CHECK_THROWS_WITH("damaged", gunzip("not packed at all", 100, "x"));
}
