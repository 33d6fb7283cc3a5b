// SPDX-License-Identifier: Apache-2.0
#include "engine/base/memory.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

#include <array>
#include <cstdio>

#ifdef _WIN32
#define NOMINMAX
#include <windows.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#elif defined(__linux__)
#include <sys/sysinfo.h>
#endif

namespace weft {

std::uint64_t physicalMemory() {
#ifdef _WIN32
    MEMORYSTATUSEX status{};
    status.dwLength = sizeof status;
    return GlobalMemoryStatusEx(&status) ? status.ullTotalPageFile : 0;
#elif defined(__APPLE__)
    std::uint64_t bytes = 0;
    std::size_t size = sizeof bytes;
    return sysctlbyname("hw.memsize", &bytes, &size, nullptr, 0) == 0 ? bytes : 0;
#elif defined(__linux__)
    struct sysinfo info {};
    return sysinfo(&info) == 0 ? (std::uint64_t{info.totalram} + info.totalswap) * info.mem_unit : 0;
#else
    return 0;
#endif
}

std::string byteText(double bytes) {
    constexpr std::array kUnits{"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    std::size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < kUnits.size()) {
        bytes /= 1000;
        ++unit;
    }
    char number[32];
    std::snprintf(number, sizeof number, "%.*f", unit == 0 || bytes >= 99.95 ? 0 : bytes >= 9.995 ? 1 : 2, bytes);
    return cat(number, " ", kUnits[unit]);
}

void requireMemory(double bytes, std::string_view what) {
    const auto has = static_cast<double>(physicalMemory());
    if (has > 0 && bytes > has) {
        throw Error(cat(what, " about ", byteText(bytes), " of memory; this machine has ", byteText(has), "."));
    }
}

} // namespace weft
