// SPDX-License-Identifier: Apache-2.0
#include "engine/base/zip.h"

#include "engine/base/error.h"
#include "tests/support/check.h"

using namespace weft;

namespace {

/// Written by Python's zipfile into a pipe: `a/b.txt` deflated, `c` stored, both with sizes behind the data.
const std::string
    kFromPython("\x50\x4b\x03\x04\x14\x00\x08\x00\x08\x00\x00\x00\x21\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00"
                "\x61\x2f\x62\x2e\x74\x78\x74\x2b\x4f\x4d\x2b\x51\x28\xc7\x41\x00\x00\x50\x4b\x07\x08\xe8\x65\xbf\x15\x0a\x00\x00\x00\x1d"
                "\x00\x00\x00\x50\x4b\x03\x04\x14\x00\x08\x00\x00\x00\x00\x00\x21\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
                "\x00\x00\x00\x63\x73\x74\x6f\x72\x65\x64\x50\x4b\x07\x08\x0b\xf9\x43\x56\x06\x00\x00\x00\x06\x00\x00\x00\x50\x4b\x01\x02"
                "\x14\x03\x14\x00\x08\x00\x08\x00\x00\x00\x21\x00\xe8\x65\xbf\x15\x0a\x00\x00\x00\x1d\x00\x00\x00\x07\x00\x00\x00\x00\x00"
                "\x00\x00\x00\x00\x00\x00\x80\x01\x00\x00\x00\x00\x61\x2f\x62\x2e\x74\x78\x74\x50\x4b\x01\x02\x14\x03\x14\x00\x08\x00\x00"
                "\x00\x00\x00\x21\x00\x0b\xf9\x43\x56\x06\x00\x00\x00\x06\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80"
                "\x01\x3f\x00\x00\x00\x63\x50\x4b\x05\x06\x00\x00\x00\x00\x02\x00\x02\x00\x64\x00\x00\x00\x74\x00\x00\x00\x00\x00",
                238);

std::string patched(std::string bytes, std::size_t at, std::string_view with) { return bytes.replace(at, with.size(), with); }

/// Every name in it replaced, in local header and directory, by another of the same length.
std::string renamed(std::string bytes, std::string_view from, std::string_view to) {
    for (std::size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + 1)) {
        bytes.replace(at, from.size(), to);
    }
    return bytes;
}

const std::vector<ZipMember> kTwo{{"mimetype", "application/x"}, {"dir/data.bin", std::string("\0\1\2", 3)}};

} // namespace

TEST("what Python's zipfile wrote is read, deflated members and late sizes included") {
    const ZipArchive archive(kFromPython, "x");
    REQUIRE(archive.members().size() == 2);
    CHECK_EQUAL(archive.members()[0].name, "a/b.txt");
    CHECK_EQUAL(archive.members()[0].bytes, "weft weft weft weft weft weft");
    CHECK_EQUAL(archive.find("c")->bytes, "stored");
    CHECK(archive.find("d") == nullptr);
    CHECK_THROWS_WITH("unpacks to 29 bytes; at most 28", ZipArchive(kFromPython, "x", 28));
}

TEST("members come back in order, and the same members give the same bytes") {
    const std::string bytes = zipBytes(kTwo);
    CHECK(bytes == zipBytes(kTwo));
    const ZipArchive archive(bytes, "x");
    REQUIRE(archive.members().size() == 2);
    CHECK_EQUAL(archive.members()[0].name, "mimetype");
    CHECK(archive.members()[1].bytes == std::string_view("\0\1\2", 3));
    // The first member of a stored ZIP lies at a fixed place, so that programs can tell the kind of file.
    CHECK_EQUAL(bytes.substr(30, 21), "mimetypeapplication/x");
    CHECK(ZipArchive(zipBytes({}), "x").members().empty());
}

TEST("names that lead out of a folder, come twice or are no plain names are refused") {
    const std::string good = zipBytes({{"abcde", "1"}, {"vwxyz", "2"}});
    CHECK_EQUAL(ZipArchive(good, "x").members().size(), 2u);
    for (const char* name : {"../ab", "/abcd", "C:\\ab", "a\\bcd", "ab/..", "a//bc", "./abc", "a/./b", "C:abc", "abcd/"}) {
        CHECK_THROWS_WITH("not plain and relative", ZipArchive(renamed(good, "abcde", name), "x"));
    }
    CHECK_THROWS_WITH("not plain and relative", ZipArchive(renamed(good, "abcde", std::string_view("a\0cde", 5)), "x"));
    CHECK_THROWS_WITH("holds vwxyz twice", ZipArchive(renamed(good, "abcde", "vwxyz"), "x"));
}

TEST("links, encryption, odd methods and sizes that lie are refused") {
    const std::string good = zipBytes({{"a", "hello"}});
    const std::size_t directory = 30 + 1 + 5;
    const auto both = [&](std::size_t field, std::string_view with) {
        return patched(patched(good, 4 + field, with), directory + 6 + field, with);
    };
    CHECK_THROWS_WITH("is a link", ZipArchive(patched(good, directory + 40, std::string_view("\xff\xa1", 2)), "x"));
    CHECK_THROWS_WITH("encrypted", ZipArchive(both(2, std::string_view("\1\0", 2)), "x"));
    CHECK_THROWS_WITH("method 12", ZipArchive(both(4, std::string_view("\x0c\0", 2)), "x"));
    CHECK_THROWS_WITH("contradict", ZipArchive(patched(good, 22, std::string_view("\4\0\0\0", 4)), "x"));
    CHECK_THROWS_WITH("contradict", ZipArchive(both(18, std::string_view("\xff\xff\xff\x7f", 4)), "x"));
    CHECK_THROWS_WITH("past the end",
                      ZipArchive(patched(both(18, std::string_view("\xff\xff\xff\x7f", 4)), 18, std::string_view("\xff\xff\xff\x7f", 4))
                                     .replace(directory + 20, 4, std::string_view("\xff\xff\xff\x7f", 4)),
                                 "x"));
    CHECK_THROWS_WITH("checksum of a is wrong", ZipArchive(patched(good, 31, "j"), "x"));
    CHECK_THROWS_WITH(
        "gap or an overlap",
        ZipArchive("x" + patched(good, directory + 42, std::string_view("\1", 1)).replace(good.size() - 6, 1, std::string_view("\x25", 1)),
                   "x"));
}

TEST("a deflated member that says it is a bomb takes no memory") {
    std::string bytes = kFromPython;
    // The size in both headers of a/b.txt: 29 becomes 2^31 - 1.
    const std::size_t central = bytes.find("PK\1\2");
    bytes.replace(central + 24, 4, std::string_view("\xff\xff\xff\x7f", 4));
    CHECK_THROWS_WITH("unpacks to 2,147,483,647 bytes", ZipArchive(bytes, "x"));
    CHECK_THROWS_WITH("more than is possible", ZipArchive(bytes, "x", std::uint64_t{1} << 40));
}

TEST("cut off anywhere, or with any one byte changed, a ZIP is refused or reads as it was") {
    for (const std::string& good : {kFromPython, zipBytes(kTwo)}) {
        const ZipArchive whole(good, "x");
        for (std::size_t size = 0; size < good.size(); ++size) {
            CHECK_THROWS_WITH("x is damaged", ZipArchive(good.substr(0, size), "x"));
        }
        for (std::size_t at = 0; at < good.size(); ++at) {
            for (const int flip : {1, 2, 0x10, 0x80, 0xff}) {
                std::string bad = good;
                bad[at] = static_cast<char>(bad[at] ^ flip);
                try {
                    const ZipArchive archive(bad, "x");
                    REQUIRE(archive.members().size() == whole.members().size());
                    for (std::size_t i = 0; i < whole.members().size(); ++i) {
                        CHECK(archive.members()[i].bytes == whole.members()[i].bytes);
                    }
                } catch (const Error&) {
                    CHECK(true);
                }
            }
        }
    }
}
