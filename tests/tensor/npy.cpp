// SPDX-License-Identifier: Apache-2.0
#include "engine/tensor/npy.h"

#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/gzip.h"
#include "tests/support/check.h"
#include "tests/support/temporary_folder.h"

#include <cmath>

using namespace weft;

namespace {

/// A file of version 1 made by the rules of NumPy's format page (numpy.lib.format).
std::string npy(std::string dict, std::string_view data) {
    dict.append((64 - (10 + dict.size() + 1) % 64) % 64, ' ');
    dict += '\n';
    std::string out("\x93NUMPY\1\0", 8);
    out += {static_cast<char>(dict.size() & 255), static_cast<char>(dict.size() >> 8)};
    return out + dict + std::string(data);
}

std::string dict(std::string_view descr, std::string_view shape, bool fortran = false) {
    return "{'descr': '" + std::string(descr) + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + std::string(shape) +
           ", }";
}

std::vector<double> numbers(const Tensor& tensor) {
    std::vector<double> out;
    for (std::int64_t i = 0; i < tensor.size(); ++i) {
        out.push_back(tensor.at(i));
    }
    return out;
}

std::string_view raw(const char* bytes, std::size_t size) { return {bytes, size}; }

} // namespace

TEST("every kind of number is read, in both byte orders") {
    struct Case {
        const char* descr;
        std::string_view data;
        DType dtype;
        std::vector<double> expected;
    };
    const Case cases[] = {
        {"|b1", raw("\0\1\5", 3), DType::boolean, {0, 1, 1}},
        {"|u1", raw("\0\x7f\xff", 3), DType::uint8, {0, 127, 255}},
        {"|i1", raw("\0\x7f\xff", 3), DType::int32, {0, 127, -1}},
        {"<i2", raw("\x01\x02\xfe\xff", 4), DType::int32, {513, -2}},
        {">i2", raw("\x01\x02\xff\xfe", 4), DType::int32, {258, -2}},
        {"<u2", raw("\xfe\xff", 2), DType::int32, {65534}},
        {"<i4", raw("\xff\xff\xff\xff", 4), DType::int32, {-1}},
        {">u4", raw("\xff\xff\xff\xff", 4), DType::int64, {4294967295.0}},
        {"<i8", raw("\0\0\0\0\1\0\0\0", 8), DType::int64, {4294967296.0}},
        {"<u8", raw("\0\0\0\0\1\0\0\0", 8), DType::int64, {4294967296.0}},
        // IEEE 754 binary16: 1, -2, the largest 65504, the least 2^-24, infinity (Wikipedia, "Half-precision floating-point format")
        {"<f2", raw("\x00\x3c\x00\xc0\xff\x7b\x01\x00\x00\x7c", 10), DType::float32, {1, -2, 65504, std::ldexp(1.0, -24), INFINITY}},
        {">f4", raw("\x3f\x80\x00\x00\xc0\x20\x00\x00", 8), DType::float32, {1, -2.5}},
        {"<f4", raw("\x00\x00\x80\x3f", 4), DType::float32, {1}},
        {">f8", raw("\x3f\xf0\0\0\0\0\0\0", 8), DType::float64, {1}},
    };
    for (const Case& c : cases) {
        const Tensor got = parseNpy(npy(dict(c.descr, "(" + std::to_string(c.expected.size()) + ",)"), c.data), c.descr);
        CHECK_EQUAL(nameOf(got.dtype()), nameOf(c.dtype));
        CHECK(numbers(got) == c.expected);
    }
}

TEST("shapes of any rank are read, and Fortran order is turned round") {
    const Tensor scalar = parseNpy(npy(dict("|u1", "()"), "\7"), "x");
    CHECK_EQUAL(scalar.shape().rank(), 0);
    CHECK_EQUAL(scalar.at(0), 7);
    CHECK(parseNpy(npy(dict("<f4", "(0, 3)"), ""), "x").shape() == (Shape{0, 3}));
    CHECK(parseNpy(npy("{\"shape\": (2,3), \"fortran_order\": False, \"descr\": \"|u1\"}", raw("\1\2\3\4\5\6", 6)), "x").shape() ==
          (Shape{2, 3}));
    // Element (i, j, k) of shape (2, 3, 2) lies at i + 2 j + 6 k.
    std::string data;
    for (char c = 0; c < 12; ++c) {
        data += c;
    }
    const Tensor turned = parseNpy(npy(dict("|u1", "(2, 3, 2)", true), data), "x");
    std::vector<double> expected;
    for (int i = 0; i < 2; ++i) {
        for (int j = 0; j < 3; ++j) {
            for (int k = 0; k < 2; ++k) {
                expected.push_back(i + 2 * j + 6 * k);
            }
        }
    }
    CHECK(numbers(turned) == expected);
}

TEST("what is written has NumPy's bytes and reads back") {
    Tensor tensor(Shape{2, 3}, DType::float32);
    for (std::int64_t i = 0; i < 6; ++i) {
        tensor.data<float>()[i] = static_cast<float>(i) / 2;
    }
    const std::string bytes = npyBytes(tensor);
    CHECK_EQUAL(bytes.substr(10, 58), "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), ");
    CHECK_EQUAL((bytes.size() - 24) % 64, 0u);
    CHECK(bytes == npy(dict("<f4", "(2, 3)"), std::string_view(tensor.data<char>(), 24)));
    CHECK(parseNpy(bytes, "x") == tensor);
    CHECK_EQUAL(npyBytes(Tensor(Shape{3}, DType::boolean)).substr(10, 55), "{'descr': '|b1', 'fortran_order': False, 'shape': (3,),");
    CHECK(parseNpy(npyBytes(Tensor(Shape{}, DType::int64)), "x") == Tensor(Shape{}, DType::int64));
    weft::test::TemporaryFolder folder;
    writeNpy(folder.path() / "a.npy", tensor);
    CHECK(readNpy(folder.path() / "a.npy") == tensor);
    CHECK(readNpy(folder.file("a.npy.gz", gzip(bytes))) == tensor);
}

TEST("other types, other files and sizes that lie are refused") {
    const auto refuses = [](const std::string& bytes, std::string_view how) { CHECK_THROWS_WITH(how, parseNpy(bytes, "x.npy")); };
    refuses(npy(dict("|O", "(1,)"), "12345678"), "Python objects");
    refuses(npy("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }", "1234"), "records of several fields");
    refuses(npy(dict("<c8", "(1,)"), "12345678"), "type <c8");
    refuses(npy(dict("<f4", "(-1,)"), ""), "negative");
    refuses(npy(dict("<f4", "(8589934592, 8589934592)"), "1234"), "more bytes than the file holds");
    refuses(npy(dict("<f4", "(99999999999999999999,)"), "1234"), "too large");
    refuses(npy(dict("<f4", "(1000000000,)"), "1234"), "more bytes than the file holds");
    refuses(npy(dict("<f4", "(2,)"), "1234"), "more bytes than the file holds");
    refuses(npy(dict("<f4", "(1,)"), "12345"), "more bytes than its shape (1,) needs");
    refuses(npy("{'descr': '<f4', 'shape': (1,), }", "1234"), "not as NumPy writes it");
    refuses(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': __import__('os')}", "1234"), "not as NumPy writes it");
    refuses(npy(dict("<u8", "(1,)"), "\xff\xff\xff\xff\xff\xff\xff\xff"), "larger than 2^63 - 1");
    refuses("PK\3\4 some other file", "does not begin");
    refuses(std::string("\x93NUMPY\2\0\xff\xff\xff\xff{", 13), "header says it has 4294967295 bytes");
    refuses(std::string("\x93NUMPY\4\0\xff\xff\xff\xff{", 13), "version is 4.0");
}

TEST("an array that is cut off or has any byte of its header changed is refused or read, and never more") {
    const std::string good = npy(dict("<i2", "(2, 2)"), "12345678");
    for (std::size_t size = 0; size < good.size(); ++size) {
        CHECK_THROWS_WITH("x is no .npy array", parseNpy(good.substr(0, size), "x"));
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int flip = 1; flip < 256; ++flip) {
            std::string bad = good;
            bad[at] = static_cast<char>(bad[at] ^ flip);
            try {
                CHECK(parseNpy(bad, "x").size() <= 8);
            } catch (const Error&) {
            }
        }
    }
}
