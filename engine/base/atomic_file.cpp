// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"

#include <atomic>
#include <cerrno>
#include <charconv>
#include <system_error>

#ifdef _WIN32
#define NOMINMAX
#include <windows.h>
#else
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace weft {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kTemporaryEnding = ".weft-tmp";

#ifdef _WIN32

using Handle = HANDLE;
const Handle kNoHandle = INVALID_HANDLE_VALUE;

std::string lastReason() { return std::system_category().message(static_cast<int>(GetLastError())); }
unsigned long processId() { return GetCurrentProcessId(); }

bool isRunning(unsigned long id) {
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id);
    if (!process) {
        return GetLastError() == ERROR_ACCESS_DENIED;
    }
    DWORD code = 0;
    const bool running = !GetExitCodeProcess(process, &code) || code == STILL_ACTIVE;
    CloseHandle(process);
    return running;
}

Handle create(const fs::path& temporary, const fs::path&) {
    return CreateFileW(temporary.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr);
}

Handle openDirectly(const fs::path& path) {
    return CreateFileW(path.c_str(), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
}

bool writeAll(Handle handle, std::string_view bytes) {
    while (!bytes.empty()) {
        DWORD written = 0;
        const DWORD part = static_cast<DWORD>(bytes.size() < (std::size_t{1} << 30) ? bytes.size() : (std::size_t{1} << 30));
        if (!WriteFile(handle, bytes.data(), part, &written, nullptr)) {
            return false;
        }
        bytes.remove_prefix(written);
    }
    return true;
}

bool flush(Handle handle) { return FlushFileBuffers(handle) != 0; }
bool close(Handle handle) { return CloseHandle(handle) != 0; }

/// ReplaceFileW keeps the old file until the new one has its name; it needs an old file to be there.
bool putInPlace(const fs::path& temporary, const fs::path& path, const fs::path& old) {
    if (ReplaceFileW(path.c_str(), temporary.c_str(), old.empty() ? nullptr : old.c_str(), 0, nullptr, nullptr)) {
        return true;
    }
    return GetLastError() == ERROR_FILE_NOT_FOUND && MoveFileExW(temporary.c_str(), path.c_str(), MOVEFILE_WRITE_THROUGH);
}

bool flushFolder(const fs::path&) { return true; } // Windows has no such call; the replacement is journalled

#else

using Handle = int;
constexpr Handle kNoHandle = -1;

std::string lastReason() { return std::generic_category().message(errno); }
unsigned long processId() { return static_cast<unsigned long>(::getpid()); }
bool isRunning(unsigned long id) { return ::kill(static_cast<pid_t>(id), 0) == 0 || errno != ESRCH; }

Handle create(const fs::path& temporary, const fs::path& path) {
    const Handle handle = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    struct stat old {};
    if (handle != kNoHandle && ::stat(path.c_str(), &old) == 0) {
        // Not possible on some file systems, and no reason to refuse a save.
        [[maybe_unused]] const int ignored = ::fchmod(handle, old.st_mode & 07777);
    }
    return handle;
}

Handle openDirectly(const fs::path& path) { return ::open(path.c_str(), O_WRONLY | O_CLOEXEC); }

bool writeAll(Handle handle, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(handle, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        if (written == 0) {
            errno = ENOSPC;
            return false;
        }
        bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return true;
}

bool flush(Handle handle) {
    int result = 0;
    do {
#ifdef __APPLE__
        // fsync leaves the data in the drive's own memory there.
        result = ::fcntl(handle, F_FULLFSYNC);
        if (result != 0 && (errno == ENOTSUP || errno == EINVAL)) {
            result = ::fsync(handle);
        }
#else
        result = ::fsync(handle);
#endif
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

bool close(Handle handle) { return ::close(handle) == 0 || errno == EINTR; }

/// A second name for the old file, so that there is no moment at which `path` names nothing.
bool keep(const fs::path& path, const fs::path& old) {
    const fs::path second = old.native() + std::string(kTemporaryEnding);
    ::unlink(second.c_str());
    if (::link(path.c_str(), second.c_str()) != 0) {
        if (errno == ENOENT) {
            return true; // nothing to keep
        }
        if (errno != EPERM && errno != ENOTSUP && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK) {
            return false;
        }
        // A file system without links: a copy.
        std::error_code trouble;
        fs::copy_file(path, second, fs::copy_options::overwrite_existing, trouble);
        if (trouble) {
            errno = trouble.value();
            return false;
        }
    }
    const bool renamed = ::rename(second.c_str(), old.c_str()) == 0;
    const int error = errno;
    ::unlink(second.c_str()); // still there where it failed, and where both were names of one file
    errno = error;
    return renamed;
}

bool putInPlace(const fs::path& temporary, const fs::path& path, const fs::path& old) {
    return (old.empty() || keep(path, old)) && ::rename(temporary.c_str(), path.c_str()) == 0;
}

bool flushFolder(const fs::path& folder) {
    const Handle handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle == kNoHandle) {
        return errno == EACCES; // a folder that may be written but not read: nothing more can be done
    }
    const bool flushed = flush(handle) || errno == EINVAL || errno == ENOTSUP; // not every file system has it
    const int error = errno;
    ::close(handle);
    errno = error;
    return flushed;
}

#endif

/// What a killed program left: `.NAME.PROCESS-COUNT.weft-tmp` of a process that is no more.
void removeLeftovers(const fs::path& path) {
    std::error_code ignored;
    const std::string start = cat(".", pathText(path.filename()), ".");
    for (fs::directory_iterator entry(path.parent_path(), ignored), end; !ignored && entry != end; entry.increment(ignored)) {
        const std::string name = pathText(entry->path().filename());
        if (!name.starts_with(start) || !name.ends_with(kTemporaryEnding)) {
            continue;
        }
        unsigned long id = 0;
        const char* first = name.data() + start.size();
        const auto parsed = std::from_chars(first, name.data() + name.size(), id);
        if (parsed.ec == std::errc() && *parsed.ptr == '-' && id != processId() && !isRunning(id)) {
            std::error_code gone;
            fs::remove(entry->path(), gone);
        }
    }
}

/// A device or a pipe: it is written as it stands, for a new file must never take its place.
bool isDevice(const fs::path& path) {
    std::error_code ignored;
    const fs::file_status status = fs::status(path, ignored);
    return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

fs::path resolved(const fs::path& given) {
    std::error_code trouble;
    const fs::path whole = fs::absolute(given, trouble);
    if (trouble) {
        throw Error(cat("Cannot write ", pathText(given), ": ", trouble.message(), "."));
    }
    // weakly_canonical follows links as far as files exist; a dangling link is replaced.
    const fs::path real = fs::weakly_canonical(whole, trouble);
    return trouble ? whole : real;
}

} // namespace

struct AtomicFile::State {
    fs::path path;
    fs::path temporary;
    Handle handle = kNoHandle;

    [[noreturn]] void fail(const std::string& reason) const { throw Error(cat("Cannot write ", pathText(path), ": ", reason, ".")); }

    ~State() {
        if (handle != kNoHandle) {
            close(handle);
        }
        if (!temporary.empty()) {
            std::error_code ignored;
            fs::remove(temporary, ignored);
        }
    }
};

AtomicFile::AtomicFile(fs::path path) : m_state(std::make_unique<State>()) {
    static std::atomic<unsigned> count{0};
    State& s = *m_state;
    s.path = resolved(path);
    if (isDevice(path)) {
        s.path = std::move(path);
        s.handle = openDirectly(s.path);
        if (s.handle == kNoHandle) {
            s.fail(lastReason());
        }
        return;
    }
    if (fs::is_directory(s.path)) {
        s.fail("a folder has that name");
    }
    removeLeftovers(s.path);
    const fs::path temporary =
        s.path.parent_path() / pathFrom(cat(".", pathText(s.path.filename()), ".", processId(), "-", ++count, kTemporaryEnding));
    s.handle = create(temporary, s.path);
    if (s.handle == kNoHandle) {
        s.fail(lastReason());
    }
    s.temporary = temporary;
}

AtomicFile::~AtomicFile() = default;

void requireWritable(const fs::path& path) {
    if (!isDevice(path)) { // opening a pipe would be noticed at its other end
        const AtomicFile probe(path);
    }
}

void AtomicFile::write(std::string_view bytes) {
    if (!writeAll(m_state->handle, bytes)) {
        m_state->fail(lastReason());
    }
}

void AtomicFile::commit(bool keepOld) {
    State& s = *m_state;
    const bool direct = s.temporary.empty();
    if (!direct && !flush(s.handle)) {
        s.fail(lastReason());
    }
    const Handle handle = s.handle;
    s.handle = kNoHandle;
    if (!close(handle)) {
        s.fail(lastReason());
    }
    if (direct) {
        return;
    }
    const fs::path old = keepOld ? fs::path(s.path.native() + fs::path(".bak").native()) : fs::path();
    if (!putInPlace(s.temporary, s.path, old)) {
        s.fail(lastReason());
    }
    s.temporary.clear();
    if (!flushFolder(s.path.parent_path())) {
        throw Error(cat(pathText(s.path), " was written, but it is not certain that it will outlast a power failure: ", lastReason(), "."));
    }
}

} // namespace weft
