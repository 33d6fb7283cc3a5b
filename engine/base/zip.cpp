// SPDX-License-Identifier: Apache-2.0
#include "engine/base/zip.h"

#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/gzip.h"
#include "engine/base/text.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

namespace weft {
namespace {

// APPNOTE.TXT 6.3.9: 4.3.7 local header, 4.3.12 central directory, 4.3.16 its end.
constexpr std::uint32_t kLocal = 0x04034b50;
constexpr std::uint32_t kCentral = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kCentralSize = 46;
constexpr std::size_t kEndSize = 22;
constexpr std::uint16_t kVersion = 20;
constexpr std::uint16_t kUtf8 = 1 << 11;
constexpr std::uint16_t kDescriptor = 1 << 3; // sizes follow the data
constexpr std::uint16_t kDeflateLevel = 3 << 1;
constexpr std::uint16_t kFirstDay = 1 << 5 | 1; // 1 January 1980
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflated = 8;
constexpr std::uint64_t kDeflateMost = 1032;
constexpr std::uint32_t kUnixType = 0170000;
constexpr std::uint32_t kUnixFile = 0100000;

std::uint32_t crcOf(std::string_view bytes) {
    uLong crc = crc32(0, nullptr, 0);
    while (!bytes.empty()) {
        const auto part = static_cast<uInt>(std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max()));
        crc = crc32(crc, reinterpret_cast<const Bytef*>(bytes.data()), part);
        bytes.remove_prefix(part);
    }
    return static_cast<std::uint32_t>(crc);
}

template <class Number>
void put(std::string& out, Number number) {
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        out += static_cast<char>(number >> 8 * i & 0xff);
    }
}

// --- Writing -----------------------------------------------------------------------------------------------------------

/// What local header and central entry have in common.
std::string commonFields(const ZipMember& member, std::uint32_t crc) {
    std::string out;
    put(out, kVersion);
    put(out, kUtf8);
    put(out, kStored);
    put(out, std::uint16_t{0}); // midnight
    put(out, kFirstDay);
    put(out, crc);
    put(out, static_cast<std::uint32_t>(member.bytes.size()));
    put(out, static_cast<std::uint32_t>(member.bytes.size()));
    put(out, static_cast<std::uint16_t>(member.name.size()));
    put(out, std::uint16_t{0}); // no extra field
    return out;
}

template <class Sink>
void writeTo(const std::vector<ZipMember>& members, Sink&& sink) {
    std::uint64_t total = kEndSize;
    for (const ZipMember& member : members) {
        total += kLocalSize + kCentralSize + 2 * member.name.size() + member.bytes.size();
    }
    if (total >= std::numeric_limits<std::uint32_t>::max() || members.size() >= std::numeric_limits<std::uint16_t>::max()) {
        throw Error(cat("The file would have ", withThousands(static_cast<std::int64_t>(total)), " bytes in ", members.size(),
                        " parts; its format holds less than 4 GiB in 65,535."));
    }
    std::string directory;
    std::uint32_t offset = 0;
    for (const ZipMember& member : members) {
        const std::string common = commonFields(member, crcOf(member.bytes));
        std::string header;
        put(header, kLocal);
        header += common;
        header += member.name;
        sink(header);
        sink(member.bytes);

        put(directory, kCentral);
        put(directory, kVersion);
        directory += common;
        directory += std::string(10, '\0'); // comment length, disk, attributes
        put(directory, offset);
        directory += member.name;
        offset += static_cast<std::uint32_t>(header.size() + member.bytes.size());
    }
    const auto count = static_cast<std::uint16_t>(members.size());
    const auto size = static_cast<std::uint32_t>(directory.size());
    put(directory, kEnd);
    put(directory, std::uint32_t{0}); // this disk, directory's disk
    put(directory, count);
    put(directory, count);
    put(directory, size);
    put(directory, offset);
    put(directory, std::uint16_t{0}); // no comment
    sink(directory);
}

// --- Reading -----------------------------------------------------------------------------------------------------------

struct Header {
    std::uint16_t version, flags, method, time, date;
    std::uint32_t crc, packed, size;
    std::uint16_t nameLength, extraLength;
};

class Reader {
public:
    Reader(std::string_view bytes, const std::string& what) : m_bytes(bytes), m_what(what) {}

    [[noreturn]] void damaged(const std::string& how) const { throw Error(cat(m_what, " is damaged or no file of this kind: ", how, ".")); }

    std::string_view part(std::uint64_t offset, std::uint64_t size) const {
        if (offset > m_bytes.size() || size > m_bytes.size() - offset) {
            damaged("the ZIP directory points past the end of the file");
        }
        return m_bytes.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
    }

    template <class Number>
    Number number(std::uint64_t offset) const {
        std::uint64_t out = 0;
        const std::string_view bytes = part(offset, sizeof(Number));
        for (std::size_t i = sizeof(Number); i-- > 0;) {
            out = out << 8 | static_cast<unsigned char>(bytes[i]);
        }
        return static_cast<Number>(out);
    }

    /// The fields that local header and central entry share, which lie in the same order.
    Header header(std::uint64_t at) const {
        return {number<std::uint16_t>(at),      number<std::uint16_t>(at + 2),  number<std::uint16_t>(at + 4),
                number<std::uint16_t>(at + 6),  number<std::uint16_t>(at + 8),  number<std::uint32_t>(at + 10),
                number<std::uint32_t>(at + 14), number<std::uint32_t>(at + 18), number<std::uint16_t>(at + 22),
                number<std::uint16_t>(at + 24)};
    }

    std::uint64_t findEnd() const {
        for (std::size_t comment = 0; comment <= 0xffff && comment + kEndSize <= m_bytes.size(); ++comment) {
            const std::size_t at = m_bytes.size() - kEndSize - comment;
            if (number<std::uint32_t>(at) == kEnd && number<std::uint16_t>(at + 20) == comment) {
                return at;
            }
        }
        damaged("it has no ZIP directory at its end (is it cut off?)");
    }

    void checkName(std::string_view name) const {
        const auto leadsOut = [&] {
            for (std::size_t begin = 0; begin <= name.size();) {
                const std::size_t end = std::min(name.find('/', begin), name.size());
                const std::string_view step = name.substr(begin, end - begin);
                if (step.empty() || step == "." || step == "..") {
                    return true;
                }
                begin = end + 1;
            }
            return false;
        };
        const bool odd =
            std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 32 || c == '\\' || c == ':'; });
        if (name.empty() || odd || leadsOut()) {
            damaged("a member has a name that is not plain and relative");
        }
    }

private:
    std::string_view m_bytes;
    const std::string& m_what;
};

struct Entry {
    Header header;
    std::string name;
    std::uint64_t offset = 0; ///< of the local header
    std::string_view packed;
    std::uint64_t end = 0; ///< behind data and descriptor
};

std::vector<Entry> readDirectory(const Reader& in, std::uint64_t end) {
    const auto count = in.number<std::uint16_t>(end + 10);
    const auto size = in.number<std::uint32_t>(end + 12);
    const auto begin = in.number<std::uint32_t>(end + 16);
    if (in.number<std::uint32_t>(end + 4) != 0 || in.number<std::uint16_t>(end + 8) != count) {
        in.damaged("it is one part of a ZIP of several");
    }
    if (std::uint64_t{begin} + size != end) {
        in.damaged("the size of its ZIP directory is wrong");
    }
    std::vector<Entry> entries;
    std::set<std::string> names;
    std::uint64_t at = begin;
    for (int i = 0; i < count; ++i) {
        if (end - at < kCentralSize || in.number<std::uint32_t>(at) != kCentral) {
            in.damaged(cat("entry ", i + 1, " of its ZIP directory is missing"));
        }
        Entry entry{in.header(at + 6), {}, in.number<std::uint32_t>(at + 42), {}, 0};
        const auto commentLength = in.number<std::uint16_t>(at + 32);
        const std::uint64_t length = kCentralSize + std::uint64_t{entry.header.nameLength} + entry.header.extraLength + commentLength;
        if (length > end - at || in.number<std::uint16_t>(at + 34) != 0) {
            in.damaged(cat("entry ", i + 1, " of its ZIP directory is wrong"));
        }
        entry.name = in.part(at + kCentralSize, entry.header.nameLength);
        in.checkName(entry.name);
        if (!names.insert(entry.name).second) {
            in.damaged(cat("it holds ", entry.name, " twice"));
        }
        const std::uint32_t type = in.number<std::uint32_t>(at + 38) >> 16 & kUnixType;
        if (type != 0 && type != kUnixFile) {
            in.damaged(cat(entry.name, " is a link or another thing that is no file"));
        }
        at += length;
        entries.push_back(std::move(entry));
    }
    if (at != end) {
        in.damaged("the size of its ZIP directory is wrong");
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.offset < b.offset; });
    return entries;
}

/// Finds the data of an entry and compares the local header with the central one.
void readLocal(const Reader& in, Entry& entry) {
    const Header& central = entry.header;
    if ((central.flags & ~(kUtf8 | kDescriptor | kDeflateLevel)) != 0) {
        in.damaged(cat(entry.name, " is encrypted or packed in a way that is not supported"));
    }
    if (central.method != kStored && central.method != kDeflated) {
        in.damaged(cat(entry.name, " is packed with ZIP method ", central.method, "; 0 (stored) or 8 (deflated) was expected"));
    }
    if (in.number<std::uint32_t>(entry.offset) != kLocal) {
        in.damaged(cat(entry.name, " is not where its ZIP directory says"));
    }
    const Header local = in.header(entry.offset + 4);
    const bool later = (central.flags & kDescriptor) != 0;
    const auto agrees = [&](std::uint32_t a, std::uint32_t b) { return a == b || (later && a == 0); };
    const bool same = local.version == central.version && local.flags == central.flags && local.method == central.method &&
                      local.time == central.time && local.date == central.date && agrees(local.crc, central.crc) &&
                      agrees(local.packed, central.packed) && agrees(local.size, central.size) &&
                      in.part(entry.offset + kLocalSize, local.nameLength) == entry.name;
    if (!same || (central.method == kStored && central.packed != central.size)) {
        in.damaged(cat("the two ZIP headers of ", entry.name, " contradict each other"));
    }
    const std::uint64_t data = entry.offset + kLocalSize + local.nameLength + local.extraLength;
    entry.packed = in.part(data, central.packed);
    entry.end = data + central.packed;
    if (later) {
        // The descriptor's signature is optional.
        const bool hasSignature = in.number<std::uint32_t>(entry.end) == 0x08074b50;
        entry.end += hasSignature ? 16 : 12;
    }
}

std::string unpack(const Reader& in, const Entry& entry, const std::string& what) {
    if (entry.header.size > entry.packed.size() * kDeflateMost + 64) {
        in.damaged(cat(entry.name, " says it unpacks to more than is possible"));
    }
    std::string out(entry.header.size, '\0');
    Inflater inflater(Inflater::Format::raw, cat(entry.name, " in ", what));
    std::string_view packed = entry.packed;
    std::size_t got = inflater.inflate(packed, out.data(), out.size());
    char more = 0;
    got += inflater.inflate(packed, &more, 1);
    if (got != out.size() || !packed.empty() || !inflater.ended()) {
        in.damaged(cat(entry.name, " does not unpack to its size of ", out.size(), " bytes"));
    }
    return out;
}

} // namespace

void writeZip(AtomicFile& file, const std::vector<ZipMember>& members) {
    writeTo(members, [&](std::string_view bytes) { file.write(bytes); });
}

std::string zipBytes(const std::vector<ZipMember>& members) {
    std::string out;
    writeTo(members, [&](std::string_view bytes) { out += bytes; });
    return out;
}

ZipArchive::ZipArchive(std::string bytes, std::string what, std::uint64_t limit) : m_bytes(std::move(bytes)) {
    const Reader in(m_bytes, what);
    const std::uint64_t end = in.findEnd();
    std::vector<Entry> entries = readDirectory(in, end);
    std::uint64_t at = 0;
    std::uint64_t unpacked = 0;
    for (Entry& entry : entries) {
        readLocal(in, entry);
        if (entry.offset != at) {
            in.damaged(cat("there is a gap or an overlap before ", entry.name));
        }
        at = entry.end;
        unpacked += entry.header.method == kDeflated ? entry.header.size : 0;
    }
    if (at != in.number<std::uint32_t>(end + 16)) {
        in.damaged("there is a gap or an overlap before its ZIP directory");
    }
    if (unpacked > limit) {
        throw Error(cat(what, " unpacks to ", withThousands(static_cast<std::int64_t>(unpacked)), " bytes; at most ",
                        withThousands(static_cast<std::int64_t>(limit)), " are allowed for compressed members."));
    }
    for (const Entry& entry : entries) {
        std::string_view content = entry.packed;
        if (entry.header.method == kDeflated) {
            content = m_unpacked.emplace_back(unpack(in, entry, what));
        }
        if (crcOf(content) != entry.header.crc) {
            in.damaged(cat("the checksum of ", entry.name, " is wrong"));
        }
        m_members.push_back({entry.name, content});
    }
}

const ZipArchive::Member* ZipArchive::find(std::string_view name) const {
    const auto found = std::find_if(m_members.begin(), m_members.end(), [&](const Member& member) { return member.name == name; });
    return found == m_members.end() ? nullptr : &*found;
}

} // namespace weft
