// SPDX-License-Identifier: Apache-2.0
#include "engine/base/file.h"

#include "engine/base/error.h"
#include "engine/base/gzip.h"
#include "tests/support/check.h"
#include "tests/support/temporary_folder.h"

#ifndef _WIN32
#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace weft;
using weft::test::TemporaryFolder;

TEST("a written file reads back whole and leaves nothing beside it") {
    TemporaryFolder folder;
    const std::string bytes("a\0b\nc", 5);
    writeFile(folder.path() / "x.bin", bytes);
    CHECK(readFile(folder.path() / "x.bin") == bytes);
    CHECK_EQUAL(folder.count(), 1);
}

TEST("the old file is kept beside the new one on request, also the second time") {
    TemporaryFolder folder;
    const auto path = folder.path() / "p.weft";
    for (const char* text : {"one", "two", "three"}) {
        writeFile(path, text, true);
    }
    CHECK_EQUAL(readFile(path), "three");
    CHECK_EQUAL(readFile(folder.path() / "p.weft.bak"), "two");
    CHECK_EQUAL(folder.count(), 2);
}

TEST("without commit the old file stays and the temporary one goes") {
    TemporaryFolder folder;
    const auto path = folder.file("x", "old");
    {
        AtomicFile file(path);
        file.write("new");
        CHECK_EQUAL(folder.count(), 2);
    }
    CHECK_EQUAL(readFile(path), "old");
    CHECK_EQUAL(folder.count(), 1);
}

TEST("what cannot be read or written is said with its name") {
    TemporaryFolder folder;
    CHECK_THROWS_WITH("There is no file", readFile(folder.path() / "none"));
    CHECK_THROWS_WITH("is a folder", readFile(folder.path()));
    CHECK_THROWS_WITH("a folder has that name", AtomicFile(folder.path()));
    CHECK_THROWS_WITH("No such file or directory", AtomicFile(folder.path() / "none" / "x"));
    const auto path = folder.file("x", "12345");
    CHECK_THROWS_WITH("has 5 bytes; at most 4", readFile(path, 4));
    CHECK_EQUAL(readFile(path, 5), "12345");
}

#ifndef _WIN32
TEST("a link is followed and permissions are kept") {
    TemporaryFolder folder;
    const auto path = folder.file("real", "old");
    ::chmod(path.c_str(), 0640);
    std::filesystem::create_symlink("real", folder.path() / "link");
    writeFile(folder.path() / "link", "new");
    CHECK_EQUAL(readFile(path), "new");
    CHECK(std::filesystem::is_symlink(folder.path() / "link"));
    struct stat status {};
    ::stat(path.c_str(), &status);
    CHECK_EQUAL(status.st_mode & 07777, 0640u);
}

TEST("a disk that takes no more leaves the old file and no temporary one") {
    TemporaryFolder folder;
    const auto path = folder.file("x", "old");
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{1000, 1000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        int code = 1;
        try {
            writeFile(path, std::string(5000, 'x'), true);
        } catch (const Error& e) {
            code = std::string(e.what()).find("Cannot write") != std::string::npos ? 0 : 2;
        }
        ::_exit(code);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK_EQUAL(status, 0);
    CHECK_EQUAL(readFile(path), "old");
    CHECK_EQUAL(folder.count(), 1);
}

TEST("the temporary file of a program that was killed goes with the next write") {
    TemporaryFolder folder;
    const auto path = folder.file("x", "old");
    const pid_t child = ::fork();
    if (child == 0) {
        AtomicFile file(path);
        file.write("half");
        ::_exit(0); // no destructor runs
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK_EQUAL(folder.count(), 2);
    writeFile(path, "new");
    CHECK_EQUAL(readFile(path), "new");
    CHECK_EQUAL(folder.count(), 1);
}
#endif

TEST("an input file unpacks gzip on the way and knows what can still come") {
    TemporaryFolder folder;
    std::string text;
    for (long long i = 0; i < 300000; ++i) {
        text += std::to_string(i * 7919 % 10007);
    }
    const auto plain = folder.file("a", text);
    const auto packed = folder.file("a.gz", gzip(text));
    for (const auto& path : {plain, packed}) {
        InputFile file(path);
        CHECK_EQUAL(file.isGzip(), path == packed);
        std::string got(text.size() + 10, ' ');
        std::size_t done = 0;
        for (std::size_t part = 0; (part = file.read(got.data() + done, std::min<std::size_t>(70001, got.size() - done))) != 0;) {
            done += part;
            CHECK(file.atMostLeft() >= text.size() - done);
        }
        got.resize(done);
        CHECK(got == text);
    }
}

TEST("gzip data that were cut off or that unpack to a thousand times their size are refused") {
    TemporaryFolder folder;
    const std::string packed = gzip(std::string(1000, 'x') + "end");
    std::string out(5000, ' ');
    for (std::size_t size = 3; size < packed.size(); ++size) {
        const auto path = folder.file("cut.gz", packed.substr(0, size));
        CHECK_THROWS_WITH("end early", InputFile(path).read(out.data(), out.size()));
    }
    const auto bomb = folder.file("bomb.gz", gzip(std::string(std::size_t{300} << 20, '\0')));
    InputFile file(bomb);
    out.resize(1 << 20);
    CHECK_THROWS_WITH("unpacks to more than", [&] {
        while (file.read(out.data(), out.size()) != 0) {
        }
    }());
}
