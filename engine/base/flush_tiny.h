// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#if defined(__x86_64__) || defined(__i386__) || defined(_M_X64) || defined(_M_IX86)
#include <xmmintrin.h>
#define WEFT_HAS_MXCSR 1
#endif

namespace weft {

/// While it lives, this thread takes numbers too small to be normal (below about 1e-38) for 0. A processor computes with them a hundred times
/// slower, and an optimizer's running means come to them wherever gradients stay 0.
class FlushTiny {
public:
    FlushTiny() : m_before(mode()) { setMode(m_before | kFlush); }
    ~FlushTiny() { setMode(m_before); }
    FlushTiny(const FlushTiny&) = delete;
    FlushTiny& operator=(const FlushTiny&) = delete;

private:
#if defined(WEFT_HAS_MXCSR)
    static constexpr std::uint64_t kFlush = 0x8040; // results and operands
    static std::uint64_t mode() { return _mm_getcsr(); }
    static void setMode(std::uint64_t mode) { _mm_setcsr(static_cast<unsigned>(mode)); }
#elif defined(__aarch64__) && defined(__GNUC__)
    static constexpr std::uint64_t kFlush = std::uint64_t{1} << 24;
    static std::uint64_t mode() {
        std::uint64_t out;
        asm volatile("mrs %0, fpcr" : "=r"(out));
        return out;
    }
    static void setMode(std::uint64_t mode) { asm volatile("msr fpcr, %0" : : "r"(mode)); }
#else
    static constexpr std::uint64_t kFlush = 0;
    static std::uint64_t mode() { return 0; }
    static void setMode(std::uint64_t) {}
#endif
    std::uint64_t m_before;
};

} // namespace weft
