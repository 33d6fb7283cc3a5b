// SPDX-License-Identifier: Apache-2.0
#include "engine/base/gzip.h"
#include "engine/base/resources.h"
#include "tests/data/support.h"
#include "tests/support/check.h"
#include "tests/support/temporary_folder.h"

using namespace weft;
using namespace weft::test;

TEST("every type of IDX is read, packed or not") {
    TemporaryFolder folder;
    struct Case {
        char type;
        std::string_view data;
        DType dtype;
        std::vector<double> expected;
    };
    const Case cases[] = {
        {0x08, std::string_view("\0\xff", 2), DType::uint8, {0, 255}},
        {0x09, std::string_view("\x01\xff", 2), DType::int32, {1, -1}},
        {0x0B, std::string_view("\x01\x02\xff\xfe", 4), DType::int32, {258, -2}},
        {0x0C, std::string_view("\0\0\1\0\xff\xff\xff\xff", 8), DType::int32, {256, -1}},
        {0x0D, std::string_view("\x3f\x80\0\0\xc0\x20\0\0", 8), DType::float32, {1, -2.5}},
        {0x0E, std::string_view("\x3f\xf0\0\0\0\0\0\0\xc0\x04\0\0\0\0\0\0", 16), DType::float64, {1, -2.5}},
    };
    for (const Case& c : cases) {
        const std::string bytes = idx(c.type, {2, 1}, c.data);
        for (const auto& path : {folder.file("a", bytes), folder.file("a.gz", gzip(bytes))}) {
            CHECK_EQUAL(guessFormat(path), "idx");
            const Tensor values = readAs("idx", path).values;
            CHECK(values.shape() == (Shape{2, 1}));
            CHECK(values.dtype() == c.dtype);
            CHECK(numbers(values) == c.expected);
        }
    }
}

TEST("IDX that is cut off or lies is refused with the bytes it needs and has") {
    TemporaryFolder folder;
    const std::string good = idx(8, {2, 3}, "123456");
    CHECK_THROWS_WITH("must have 6 bytes of numbers; it has 5", readAs("idx", folder.file("a", good.substr(0, good.size() - 1))));
    CHECK_THROWS_WITH("(4294967295, 4294967295)", readAs("idx", folder.file("a", idx(8, {0xffffffff, 0xffffffff}, "123456"))));
    CHECK_THROWS_WITH("it has 6", readAs("idx", folder.file("a", idx(0x0E, {1000000000}, "123456"))));
    CHECK_THROWS_WITH("it has at most", readAs("idx", folder.file("a.gz", gzip(idx(8, {1000000000}, "123456")))));
    CHECK_THROWS_WITH("must have 1000 bytes of numbers; it has 6", readAs("idx", folder.file("a.gz", gzip(idx(8, {1000}, "123456")))));
    const std::string packed = gzip(good);
    CHECK_THROWS_WITH("end early", readAs("idx", folder.file("a.gz", packed.substr(0, packed.size() - 9))));
    CHECK_THROWS_WITH("more bytes than the 6", readAs("idx", folder.file("a", good + "7")));
    CHECK_THROWS_WITH("is no IDX file", readAs("idx", folder.file("a", "hello world")));
    CHECK_THROWS_WITH("is empty", readAs("idx", folder.file("a", "")));
    CHECK_THROWS_WITH("size of dimension 2 is missing", readAs("idx", folder.file("a", good.substr(0, 8))));
}

TEST("the bundled images are 6,000 and 1,000 of 28 x 28, as many of each class") {
    const auto folder = resourceFolder() / "data" / "fashion_mnist";
    for (const auto& [part, rows] : {std::pair<std::string, std::int64_t>{"train", 6000}, {"t10k", 1000}}) {
        CHECK(readAs("idx", folder / (part + "-images-idx3-ubyte.gz")).values.shape() == (Shape{rows, 28, 28}));
        const Tensor labels = readAs("idx", folder / (part + "-labels-idx1-ubyte.gz")).values;
        REQUIRE(labels.shape() == (Shape{rows}));
        std::vector<std::int64_t> counts(10, 0);
        for (const double label : numbers(labels)) {
            ++counts.at(static_cast<std::size_t>(label));
        }
        CHECK(counts == std::vector<std::int64_t>(10, rows / 10));
    }
}
