// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/safetensors.h"

#include "engine/base/error.h"
#include "tests/support/check.h"

#include <vector>

using namespace weft;

namespace {

/// A file by the format's own description: length, header, data.
std::string file(std::string_view header, std::string_view data) {
    std::string out;
    for (int shift = 0; shift < 64; shift += 8) {
        out += static_cast<char>(header.size() >> shift & 255);
    }
    return out + std::string(header) + std::string(data);
}

std::string_view raw(const char* bytes, std::size_t size) { return {bytes, size}; }

} // namespace

TEST("tensors, order of places and metadata are read") {
    const SafeTensors got = parseSafeTensors(
        file(
            R"({"__metadata__":{"format":"pt"},"b":{"dtype":"U8","shape":[3],"data_offsets":[4,7]},"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},)"
            R"("none":{"dtype":"F32","shape":[0,5],"data_offsets":[4,4]},"s":{"dtype":"BOOL","shape":[],"data_offsets":[7,8]}}    )",
            raw("\x00\x00\x80\x3f\1\2\3\1", 8)),
        "x");
    CHECK_EQUAL(got.tensors.size(), 4u);
    CHECK_EQUAL(got.tensors.at("a")->at(0), 1.0);
    CHECK(got.tensors.at("a")->shape() == (Shape{1, 1}));
    CHECK_EQUAL(got.tensors.at("b")->at(2), 3);
    CHECK(got.tensors.at("none")->shape() == (Shape{0, 5}));
    CHECK_EQUAL(got.tensors.at("s")->shape().rank(), 0);
    CHECK_EQUAL(got.metadata.at("format"), "pt");
    CHECK(parseSafeTensors(file("{}", ""), "x").tensors.empty());
}

TEST("narrow types become the next one that holds them") {
    const auto one = [](std::string_view dtype, std::string_view data) {
        const std::string header =
            "{\"a\":{\"dtype\":\"" + std::string(dtype) + "\",\"shape\":[1],\"data_offsets\":[0," + std::to_string(data.size()) + "]}}";
        return *parseSafeTensors(file(header, data), "x").tensors.at("a");
    };
    CHECK_EQUAL(one("F16", raw("\x00\xc0", 2)).at(0), -2.0);
    CHECK_EQUAL(one("BF16", raw("\xc0\x3f", 2)).at(0), 1.5); // the upper half of float32 1.5 = 3FC00000
    CHECK_EQUAL(one("I8", raw("\xff", 1)).at(0), -1.0);
    CHECK_EQUAL(one("I16", raw("\xfe\xff", 2)).at(0), -2.0);
    CHECK_EQUAL(one("U16", raw("\xfe\xff", 2)).at(0), 65534.0);
    CHECK_EQUAL(one("U32", raw("\xff\xff\xff\xff", 4)).at(0), 4294967295.0);
    CHECK_THROWS_WITH("type U64", one("U64", raw("\0\0\0\0\0\0\0\0", 8)));
}

TEST("what is written reads back, aligned, and the same content gives the same bytes") {
    SafeTensors content;
    for (const DType dtype : {DType::float32, DType::int32, DType::boolean, DType::uint8, DType::int64, DType::float64}) {
        auto tensor = std::make_shared<Tensor>(Tensor(Shape{3}, std::vector<float>{0, 1, 1}).cast(dtype));
        content.tensors["t/" + std::string(nameOf(dtype))] = tensor;
    }
    content.tensors["empty \"ü\""] = std::make_shared<Tensor>(Shape{0});
    content.metadata = {{"k", "v"}};
    const std::string bytes = safeTensorsBytes(content);
    CHECK(bytes == safeTensorsBytes(content));
    CHECK_EQUAL(static_cast<unsigned char>(bytes[0]) % 8, 0);
    const SafeTensors got = parseSafeTensors(bytes, "x");
    CHECK(got.metadata == content.metadata);
    REQUIRE(got.tensors.size() == content.tensors.size());
    for (const auto& [name, tensor] : content.tensors) {
        CHECK(*got.tensors.at(name) == *tensor);
    }
}

TEST("every rule of the reference is kept") {
    const auto refuses = [](const std::string& bytes, std::string_view how) { CHECK_THROWS_WITH(how, parseSafeTensors(bytes, "x")); };
    const auto header = [](std::string_view text, std::size_t data = 8) { return file(text, std::string(data, '\0')); };
    refuses("", "has 0 bytes");
    refuses(file("", ""), "does not begin with {");
    refuses(std::string(8, '\xff') + "{}", "header says it has 18446744073709551615 bytes");
    refuses(header("[]"), "does not begin with {");
    refuses(header("{"), "not valid JSON");
    refuses(header(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})"),
            "twice");
    refuses(header(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})"), "hole or an overlap");
    refuses(header(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})"),
            "hole or an overlap");
    refuses(header(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})"), "end at byte 4 of 8");
    refuses(header(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})"), "does not fit");
    refuses(header(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})"), "does not fit");
    refuses(header(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})"), "does not fit");
    refuses(header(R"({"a":{"dtype":"F32","shape":[8589934592,8589934592],"data_offsets":[0,8]}})"), "does not fit");
    refuses(header(R"({"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,8]}})"), "does not fit");
    refuses(header(R"({"a":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,8]}})"), "too large");
    refuses(header(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})"), "no whole number");
    refuses(header(R"({"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})"), "no whole number");
    refuses(header(R"({"a":{"dtype":"F32","shape":[2]}})"), "is not dtype, shape and data_offsets");
    refuses(header(R"({"a":3})"), "is not dtype, shape and data_offsets");
    refuses(header(R"({"__metadata__":{"a":1}})", 0), "is no text");
    refuses(header(R"({"__metadata__":3})", 0), "no JSON object");
    refuses(header("{\"\xff\":3}"), "not valid JSON");
    refuses(header(std::string(100000, '[')), "does not begin with {");
    refuses(header("{\"a\":" + std::string(100000, '[')), "nests deeper");
}
