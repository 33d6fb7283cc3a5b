// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

namespace weft {

inline constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

/// The whole of a regular file. Throws Error where it cannot be read or is larger than `limit` bytes.
std::string readFile(const std::filesystem::path& path, std::uint64_t limit = kNoLimit);

/// Bytes of a regular file. Throws Error where there is none.
std::uint64_t fileSize(const std::filesystem::path& path);

/// A file read from front to back; one that is gzip is unpacked on the way. Throws Error naming the file where reading fails,
/// where gzip data are damaged or end early, and where they unpack to far more than real data do.
class InputFile {
public:
    explicit InputFile(const std::filesystem::path& path);
    ~InputFile();
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    /// Up to `size` bytes; fewer only at the end.
    std::size_t read(void* out, std::size_t size);
    /// No more than so many bytes can still come: what a header promises can be checked against it before memory is taken.
    std::uint64_t atMostLeft() const;
    bool isGzip() const;
    /// How much of the file has been read, 0..1.
    double progress() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// A file that appears whole or not at all: bytes go to a temporary file beside it, which takes its name when all of it is
/// certain to be on the disk. Without `commit` (or when it throws) the old file stays as it was and the temporary one goes.
/// A symbolic link is followed; the permissions of an old file are kept. A device or a pipe is written as it stands.
class AtomicFile {
public:
    /// Throws Error where the folder cannot be written.
    explicit AtomicFile(std::filesystem::path path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(std::string_view bytes);
    /// `keepOld`: what was there before stays as `NAME.bak`. Returns only when the new file is safe; else throws Error.
    void commit(bool keepOld = false);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Throws Error where a file of this name could not be written; leaves nothing behind. For asking before long work.
void requireWritable(const std::filesystem::path& path);

/// Writes a whole file by AtomicFile.
void writeFile(const std::filesystem::path& path, std::string_view bytes, bool keepOld = false);

/// A path as people read it, UTF-8.
std::string pathText(const std::filesystem::path& path);
/// The other way round.
std::filesystem::path pathFrom(std::string_view utf8);

} // namespace weft
