// SPDX-License-Identifier: Apache-2.0
#include "engine/base/sha256.h"

#include "tests/support/check.h"
#include "tests/support/temporary_folder.h"

using namespace weft;

// FIPS 180-4's examples (NIST, "SHA-256 examples"), and the empty message.
TEST("the published vectors of SHA-256 come out") {
    CHECK_EQUAL(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK_EQUAL(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_EQUAL(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK_EQUAL(sha256(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST("feeding in pieces of any size changes nothing") {
    const std::string text(300, 'q');
    for (std::size_t piece = 1; piece < 130; ++piece) {
        Sha256 hash;
        for (std::size_t at = 0; at < text.size(); at += piece) {
            hash.add(std::string_view(text).substr(at, piece));
        }
        CHECK_EQUAL(hash.hex(), sha256(text));
    }
}

TEST("a file has the hash of its bytes") {
    weft::test::TemporaryFolder folder;
    CHECK_EQUAL(sha256OfFile(folder.file("x", "abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_THROWS_WITH("There is no file", sha256OfFile(folder.path() / "none"));
}
