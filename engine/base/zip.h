// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

class AtomicFile;

/// One file inside a ZIP. Names are relative, with `/`.
struct ZipMember {
    std::string name;
    std::string bytes;
};

/// Writes the members, stored and in this order, with a fixed time: the same content gives the same bytes.
/// Throws Error beyond what a ZIP without 64-bit fields can hold (4 GiB).
void writeZip(AtomicFile& file, const std::vector<ZipMember>& members);
/// The same in memory.
std::string zipBytes(const std::vector<ZipMember>& members);

/// A ZIP that is not trusted. Takes stored and deflated members; refuses what honest writers do not make: names that lead
/// out of a folder or come twice, links, encryption, headers that contradict each other, overlaps, gaps, data that unpack to
/// other than their size or to more than `limit` bytes in all. Checksums are verified.
class ZipArchive {
public:
    /// `what` names the file in errors. All checks are made here.
    ZipArchive(std::string bytes, std::string what, std::uint64_t limit = std::uint64_t{256} << 20);
    ZipArchive(const ZipArchive&) = delete;
    ZipArchive& operator=(const ZipArchive&) = delete;

    struct Member {
        std::string name;
        std::string_view bytes; ///< lives as long as the archive
    };
    /// In the order in which they lie in the file.
    const std::vector<Member>& members() const { return m_members; }
    /// Null if there is none of that name.
    const Member* find(std::string_view name) const;

private:
    std::string m_bytes;
    std::deque<std::string> m_unpacked;
    std::vector<Member> m_members;
};

} // namespace weft
