// SPDX-License-Identifier: Apache-2.0
#include "engine/base/resources.h"

#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"

#include <cstdlib>
#include <string>
#include <vector>

#ifdef _WIN32
#define NOMINMAX
#include <windows.h>
#elif defined(__APPLE__)
#include <mach-o/dyld.h>
#endif

namespace weft {
namespace fs = std::filesystem;
namespace {

/// The running program's own file; empty where the system does not tell.
fs::path programFile() {
#ifdef _WIN32
    std::wstring path(32768, L'\0');
    path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    return path;
#elif defined(__APPLE__)
    std::string path(4096, '\0');
    auto size = static_cast<std::uint32_t>(path.size());
    return _NSGetExecutablePath(path.data(), &size) == 0 ? fs::path(path.c_str()) : fs::path();
#else
    std::error_code ignored;
    return fs::read_symlink("/proc/self/exe", ignored);
#endif
}

} // namespace

fs::path resourceFolder() {
    std::vector<fs::path> places;
    if (const char* set = std::getenv("WEFT_RESOURCES"); set && *set) {
        // Whoever sets it wants that one and no other.
        places.push_back(pathFrom(set));
    } else {
        std::error_code ignored;
        const fs::path program = fs::weakly_canonical(programFile(), ignored);
        if (!program.empty()) {
            places.push_back(program.parent_path().parent_path() / "share" / "weft");
        }
    }
    std::vector<std::string> looked;
    for (const fs::path& place : places) {
        std::error_code ignored;
        if (fs::is_directory(place, ignored)) {
            return place;
        }
        looked.push_back(pathText(place));
    }
    throw Error(cat("The files that come with Weft are missing; looked in ", join(looked, " and "), "."));
}

} // namespace weft
