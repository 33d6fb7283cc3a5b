// SPDX-License-Identifier: Apache-2.0
#include "engine/base/file.h"

#include "engine/base/error.h"
#include "engine/base/gzip.h"
#include "engine/base/text.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <vector>

namespace weft {
namespace fs = std::filesystem;
namespace {

std::string reasonOf(int error) { return std::generic_category().message(error); }

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

File openForReading(const fs::path& path) {
    std::error_code trouble;
    const fs::file_status status = fs::status(path, trouble);
    if (status.type() == fs::file_type::not_found) {
        throw Error(cat("There is no file ", pathText(path), "."));
    }
    if (fs::is_directory(status)) {
        throw Error(cat(pathText(path), " is a folder; a file was expected."));
    }
    if (trouble || !fs::is_regular_file(status)) {
        throw Error(cat("Cannot read ", pathText(path), ": ", trouble ? trouble.message() : "it is not a regular file", "."));
    }
#ifdef _WIN32
    File file(_wfopen(path.c_str(), L"rb"));
#else
    File file(std::fopen(path.c_str(), "rb"));
#endif
    if (!file) {
        throw Error(cat("Cannot read ", pathText(path), ": ", reasonOf(errno), "."));
    }
    return file;
}

} // namespace

std::string pathText(const fs::path& path) {
    const auto text = path.u8string();
    return {text.begin(), text.end()};
}

fs::path pathFrom(std::string_view utf8) { return fs::path(std::u8string(utf8.begin(), utf8.end())); }

std::uint64_t fileSize(const fs::path& path) {
    openForReading(path);
    std::error_code trouble;
    const auto size = fs::file_size(path, trouble);
    if (trouble) {
        throw Error(cat("Cannot read ", pathText(path), ": ", trouble.message(), "."));
    }
    return size;
}

std::string readFile(const fs::path& path, std::uint64_t limit) {
    const std::uint64_t size = fileSize(path);
    if (size > limit) {
        throw Error(cat(pathText(path), " has ", size, " bytes; at most ", limit, " were expected."));
    }
    const File file = openForReading(path);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    const std::size_t got = std::fread(bytes.data(), 1, bytes.size(), file.get());
    if (std::ferror(file.get())) {
        throw Error(cat("Cannot read ", pathText(path), ": ", reasonOf(errno), "."));
    }
    bytes.resize(got);
    return bytes;
}

// --- InputFile ---------------------------------------------------------------------------------------------------------

namespace {
constexpr std::size_t kBlock = std::size_t{1} << 18;
/// deflate cannot make more of a byte than this.
constexpr std::uint64_t kDeflateMost = 1032;
/// Past the first, a ratio above the second is no data that anybody trains on.
constexpr std::uint64_t kAlwaysUnpacked = std::uint64_t{256} << 20;
constexpr std::uint64_t kBelievedRatio = 250;
} // namespace

struct InputFile::State {
    fs::path path;
    File file;
    std::uint64_t size = 0;
    std::uint64_t taken = 0; ///< bytes taken from the file
    std::uint64_t given = 0; ///< bytes given to the caller
    std::vector<char> block;
    std::string_view rest; ///< of the block, not yet used
    std::unique_ptr<Inflater> inflater;

    bool fill() {
        const std::size_t got = std::fread(block.data(), 1, block.size(), file.get());
        if (std::ferror(file.get())) {
            throw Error(cat("Cannot read ", pathText(path), ": ", reasonOf(errno), "."));
        }
        taken += got;
        rest = {block.data(), got};
        return got != 0;
    }
};

InputFile::InputFile(const fs::path& path) : m_state(std::make_unique<State>()) {
    m_state->path = path;
    m_state->size = fileSize(path);
    m_state->file = openForReading(path);
    m_state->block.resize(kBlock);
    m_state->fill();
    if (looksLikeGzip(m_state->rest)) {
        m_state->inflater = std::make_unique<Inflater>(Inflater::Format::gzip, pathText(path));
    }
}

InputFile::~InputFile() = default;

std::size_t InputFile::read(void* out, std::size_t size) {
    State& s = *m_state;
    char* to = static_cast<char*>(out);
    std::size_t done = 0;
    while (done < size) {
        if (s.rest.empty() && !s.fill() && !s.inflater) {
            break;
        }
        if (!s.inflater) {
            const std::size_t part = std::min(size - done, s.rest.size());
            std::copy_n(s.rest.data(), part, to + done);
            s.rest.remove_prefix(part);
            done += part;
            continue;
        }
        const bool atEnd = s.rest.empty();
        const std::size_t got = s.inflater->inflate(s.rest, to + done, size - done);
        if (atEnd && got == 0) {
            s.inflater->requireEnd();
            break;
        }
        done += got;
        const std::uint64_t all = s.given + done;
        if (all > kAlwaysUnpacked && all / kBelievedRatio > s.taken) {
            throw Error(cat(pathText(s.path), " unpacks to more than ", kBelievedRatio, " times its size (",
                            withThousands(static_cast<std::int64_t>(all)), " bytes so far); unpack it first if it is to be used."));
        }
    }
    s.given += done;
    return done;
}

std::uint64_t InputFile::atMostLeft() const {
    const std::uint64_t left = m_state->size - std::min(m_state->size, m_state->taken) + m_state->rest.size();
    // What the inflater still holds back is at most one window.
    return m_state->inflater ? left * kDeflateMost + (std::uint64_t{1} << 16) : left;
}

bool InputFile::isGzip() const { return m_state->inflater != nullptr; }

double InputFile::progress() const {
    return m_state->size == 0 ? 1.0 : static_cast<double>(m_state->taken - m_state->rest.size()) / static_cast<double>(m_state->size);
}

void writeFile(const fs::path& path, std::string_view bytes, bool keepOld) {
    AtomicFile file(path);
    file.write(bytes);
    file.commit(keepOld);
}

} // namespace weft
