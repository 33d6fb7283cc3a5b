// SPDX-License-Identifier: Apache-2.0
#include "engine/base/gzip.h"
#include "engine/base/resources.h"
#include "tests/data/support.h"
#include "tests/support/check.h"
#include "tests/support/temporary_folder.h"

#include <cmath>

using namespace weft;
using namespace weft::test;

namespace {
using Fields = std::vector<std::string>;

ReaderType::Contents read(std::string_view text, const ParamMap& options = {}) {
    TemporaryFolder folder;
    return readAs("csv", folder.file("t.csv", text), options);
}
} // namespace

TEST("the usual ways to write a table of numbers are recognised") {
    struct Case {
        std::string text;
        Fields fields;
    };
    const Fields named{"a", "b"};
    const Fields numbered{"column 1", "column 2"};
    const Case cases[] = {
        {"a,b\n1.5,2\n-3,4e2\n", named},
        {"a,b\r\n1.5,2\r\n-3,4e2\r\n", named},
        {"a,b\r1.5,2\r-3,4e2", named},
        {"1.5,2\n-3,4e2", numbered},
        {"a;b\n1,5;2\n-3;4e2\n", named},
        {"a\tb\n1.5\t2\n-3\t4e2\n", named},
        {"a|b\n1.5|2\n-3|4e2\n", named},
        {"a b\n1.5   2\n-3 4e2\n", named},
        {"  1.5 2 \n -3  4e2\n", numbered},
        {"\xef\xbb\xbf"
         "a,b\n1.5,2\n-3,4e2\n",
         named},
        {"\"a\",\"b\"\n\"1.5\", 2\n\n-3 ,+400\n\n\n", named},
    };
    for (const Case& c : cases) {
        const auto got = read(c.text);
        CHECK(got.fields == c.fields);
        CHECK(got.values.shape() == (Shape{2, 2}));
        CHECK(numbers(got.values) == (std::vector<double>{1.5, 2, -3, 400}));
        CHECK(got.problems == Fields(2));
    }
}

TEST("quoted names may hold delimiters, quotes and line ends, and lines are counted all the same") {
    const auto got = read("\"a,\"\"x\"\"\",\"b\nc\"\n1,2\n\n3,4\n");
    CHECK(got.fields == (Fields{"a,\"x\"", "b\nc"}));
    CHECK(got.lines == (std::vector<std::int64_t>{3, 5}));
}

TEST("options overrule what would be guessed") {
    CHECK(read("1,2\n3,4\n", {{"header", "yes"}}).fields == (Fields{"1", "2"}));
    CHECK(numbers(read("1,2\n3,4\n", {{"delimiter", "semicolon"}, {"decimal", "comma"}}).values) == (std::vector<double>{1.2, 3.4}));
    CHECK(read("a,b\n1,2\n", {{"header", "no"}}).problems[0].ends_with("line 1, column \"column 1\": \"a\" is no number."));
}

TEST("a value that is no number is told with line and column, and hurts only its own column") {
    const auto got = read("x,y,z\n1,2,3\n4,abc,\n7,8,nan\n");
    CHECK_EQUAL(got.problems[0], "");
    CHECK(got.problems[1].ends_with("line 3, column \"y\": \"abc\" is no number."));
    CHECK(got.problems[2].ends_with("line 3, column \"z\": there is no value; a number was expected."));
    CHECK(std::isnan(got.values.at(4)));
    CHECK(!read("x\n1\n1e999\n").problems[0].empty());
    CHECK(!read("x\n1\n0x10\n").problems[0].empty());
    CHECK(!read("x\n1\n1.5.2\n").problems[0].empty());
    CHECK(!read("x\n1\n+-2\n").problems[0].empty());
    CHECK_EQUAL(numbers(read("x\n1\n1e-999\n").values)[1], 0.0);
}

TEST("tables that are none are refused in a sentence") {
    CHECK_THROWS_WITH("line 3 has 1 value; 2 were expected, as in line 1", read("a,b\n1,2\n3\n"));
    CHECK_THROWS_WITH("line 2 has 3 values; 2 were expected", read("a,b\n1,2,3\n"));
    CHECK_THROWS_WITH("is empty", read(""));
    CHECK_THROWS_WITH("is empty", read("\n\n"));
    CHECK_THROWS_WITH("a header and no rows", read("a,b\n"));
    CHECK_THROWS_WITH("two columns \"a\"", read("a,a\n1,2\n"));
    CHECK_THROWS_WITH("UTF-16", read("\xff\xfe"
                                     "a"));
    CHECK_THROWS_WITH("line 2 holds a zero byte", read(std::string("a,b\n1,\0\n", 8)));
    CHECK_THROWS_WITH("line 2: a quote is opened and never closed", read("a,b\n\"1,2\n3,4\n"));
    CHECK_THROWS_WITH("line 1 is longer than 16 MB", read(std::string(std::size_t{100} << 20, '1')));
    CHECK_THROWS_WITH("has 1000000 values; at most 100000", read(std::string(999999, ',') + "1\n"));
}

TEST("names that are no UTF-8 become so") {
    CHECK(read("gr\xf6\xdf"
               "e,b\n1,2\n")
              .fields[0] == "größe");
    CHECK(read("größe,b\n1,2\n").fields[0] == "größe");
}

TEST("a table over many blocks comes whole, also from gzip") {
    TemporaryFolder folder;
    std::string text = "a,b,c\r\n";
    std::vector<double> expected;
    for (int i = 0; i < 300000; ++i) {
        text += std::to_string(i) + "," + std::to_string(i % 7) + ",0.5\r\n";
        expected.insert(expected.end(), {static_cast<double>(i), static_cast<double>(i % 7), 0.5});
    }
    for (const auto& path : {folder.file("t.csv", text), folder.file("t.csv.gz", gzip(text))}) {
        CHECK_EQUAL(guessFormat(path), "csv");
        const auto got = readAs("csv", path);
        CHECK(numbers(got.values) == expected);
        CHECK_EQUAL(got.lines.back(), 300001);
    }
}

TEST("cut anywhere or with any byte changed a table is read or refused") {
    const std::string good = "a,\"b \"\"c\"\n1,-2.5e3\r\n\"4\",5\n";
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int flip = 0; flip < 256; ++flip) {
            std::string bad = flip == 0 ? good.substr(0, at) : good;
            bad[flip == 0 ? 0 : at] = static_cast<char>(bad[flip == 0 ? 0 : at] ^ flip);
            try {
                const auto got = read(bad);
                CHECK(got.values.size() <= 8);
            } catch (const std::runtime_error&) {
            }
        }
    }
}

TEST("iris is 150 rows of four measures and a species") {
    const auto got = readAs("csv", resourceFolder() / "data" / "iris" / "iris.csv");
    CHECK(got.fields == (Fields{"sepal_length", "sepal_width", "petal_length", "petal_width", "species"}));
    REQUIRE(got.values.shape() == (Shape{150, 5}));
    // Means as scikit-learn's description of the data gives them.
    const double means[] = {5.84, 3.05, 3.76, 1.20, 1.0};
    for (std::int64_t field = 0; field < 5; ++field) {
        double sum = 0;
        for (std::int64_t row = 0; row < 150; ++row) {
            sum += got.values.at(row * 5 + field);
        }
        CHECK_NEAR(sum / 150, means[field], 0.0075); // 3.0573 is printed there as 3.05
    }
}
