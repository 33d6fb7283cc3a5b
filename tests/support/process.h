// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#ifndef _WIN32
#include <sys/wait.h>
#endif

/// Running programs as a person does, and looking at what they say.
namespace weft::test {

struct Ran {
    int status = -1;
    std::string out; ///< standard output
    std::string err; ///< standard error
};

inline std::string contents(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

inline std::string quoted(const std::filesystem::path& path) { return "\"" + path.string() + "\""; }

/// Runs a shell command in `folder`, which also gets its output; standard input is empty.
inline Ran ran(const std::string& command, const std::filesystem::path& folder) {
    const std::filesystem::path out = folder / "stdout.txt", err = folder / "stderr.txt";
    const std::string line = "cd " + quoted(folder) + " && ( " + command + " ) >" + quoted(out) + " 2>" + quoted(err) + " </dev/null";
    const int status = std::system(line.c_str());
    Ran result;
#ifdef _WIN32
    result.status = status;
#else
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
#endif
    result.out = contents(out);
    result.err = contents(err);
    return result;
}

/// An empty folder of its own for one test, inside the build.
inline std::filesystem::path freshFolder(const std::filesystem::path& parent, const std::string& name) {
    const std::filesystem::path folder = parent / name;
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

inline void writeText(const std::filesystem::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

} // namespace weft::test
