// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace weft {

/// SHA-256 (FIPS 180-4), fed piece by piece.
class Sha256 {
public:
    void add(std::string_view bytes);
    /// 64 lower-case hexadecimal digits; ends the computation.
    std::string hex();

private:
    void addBlock(const unsigned char* block);
    std::array<std::uint32_t, 8> m_hash{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<unsigned char, 64> m_rest{};
    std::uint64_t m_length = 0;
};

std::string sha256(std::string_view bytes);
/// Of a file's bytes as they lie on the disk.
std::string sha256OfFile(const std::filesystem::path& path);

} // namespace weft
