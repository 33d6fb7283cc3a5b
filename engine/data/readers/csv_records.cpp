// SPDX-License-Identifier: Apache-2.0
#include "engine/data/readers/csv_records.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

#include <algorithm>
#include <utility>

namespace weft::readers {
namespace {

constexpr std::size_t kPart = std::size_t{1} << 18;
constexpr std::size_t kMostRecord = std::size_t{16} << 20;

bool isBlank(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t'; });
}

std::string_view trimmed(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

} // namespace

CsvRecords::CsvRecords(InputFile& file, std::string name) : m_file(file), m_name(std::move(name)) {
    fill();
    if (m_text.starts_with("\xff\xfe") || m_text.starts_with("\xfe\xff")) {
        throw Error(cat(m_name, " is text in UTF-16; save it as UTF-8."));
    }
    if (m_text.starts_with("\xef\xbb\xbf")) {
        m_text.erase(0, 3);
    }
}

bool CsvRecords::fill() {
    m_text.erase(0, m_at);
    m_at = 0;
    if (m_text.size() > kMostRecord) {
        throw Error(cat(m_name, ", line ", m_nextLine, " is longer than ", kMostRecord >> 20, " MB, or a quote in it is never closed."));
    }
    // A long record is not to be copied over and over.
    const std::size_t old = m_text.size();
    m_text.resize(old + std::max(kPart, old));
    m_text.resize(old + m_file.read(m_text.data() + old, m_text.size() - old));
    m_ended = m_ended || m_text.size() == old;
    return !m_ended;
}

/// Where the record that begins at m_at ends, its line end not included; reads on where it must.
std::size_t CsvRecords::recordEnd() {
    bool quoted = false;
    bool cellBegins = true;
    for (std::size_t i = m_at;; ++i) {
        if (i == m_text.size()) {
            const std::size_t offset = i - m_at;
            if (m_ended || !fill()) {
                if (quoted) {
                    throw Error(cat(m_name, ", line ", m_nextLine, ": a quote is opened and never closed."));
                }
                return m_text.size();
            }
            i = m_at + offset;
        }
        const char c = m_text[i];
        if (c == '\0') {
            throw Error(cat(m_name, ", line ", m_nextLine, " holds a zero byte; a text file was expected."));
        }
        if (quoted) {
            quoted = c != '"'; // a doubled quote closes and opens again
        } else if (c == '"' && cellBegins) {
            quoted = true;
        } else if (c == '\n' || c == '\r') {
            return i;
        } else {
            cellBegins = c == m_delimiter || (cellBegins && (c == ' ' || c == '\t'));
            continue;
        }
        cellBegins = !quoted; // so that the second of two quotes opens again
    }
}

void CsvRecords::split(std::size_t end, std::vector<std::string_view>& cells) {
    cells.clear();
    char* text = m_text.data();
    std::size_t at = m_at;
    for (;;) {
        while (at < end && text[at] != m_delimiter && (text[at] == ' ' || text[at] == '\t')) {
            ++at;
        }
        if (m_delimiter == ' ') {
            while (at < end && text[at] == ' ') {
                ++at;
            }
            if (at == end && !cells.empty()) {
                return;
            }
        }
        if (at < end && text[at] == '"') {
            // The cell is written over itself with doubled quotes made single.
            std::size_t to = at;
            std::size_t from = at + 1;
            while (from < end && (text[from] != '"' || (from + 1 < end && text[from + 1] == '"'))) {
                from += text[from] == '"' ? 1 : 0;
                text[to++] = text[from++];
            }
            cells.emplace_back(text + at, to - at);
            at = from + 1;
            while (at < end && text[at] != m_delimiter) {
                ++at; // what stands between quote and delimiter is blank, or the file is not to be helped
            }
        } else {
            const std::size_t begin = at;
            while (at < end && text[at] != m_delimiter) {
                ++at;
            }
            cells.push_back(trimmed({text + begin, at - begin}));
        }
        if (at >= end) {
            return;
        }
        ++at;
    }
}

bool CsvRecords::next(std::vector<std::string_view>& cells) {
    for (;;) {
        if (m_at == m_text.size() && (m_ended || !fill())) {
            return false;
        }
        if (std::exchange(m_afterReturn, false) && m_text[m_at] == '\n') {
            ++m_at; // the second half of a line end
            continue;
        }
        const std::size_t end = recordEnd();
        m_line = m_nextLine;
        // A quoted cell may hold line ends.
        for (std::size_t i = m_at; i < end; ++i) {
            m_nextLine += m_text[i] == '\n' || (m_text[i] == '\r' && (i + 1 >= m_text.size() || m_text[i + 1] != '\n')) ? 1 : 0;
        }
        ++m_nextLine;
        const bool blank = isBlank(std::string_view(m_text).substr(m_at, end - m_at));
        if (!blank) {
            split(end, cells);
        }
        m_at = end;
        if (end < m_text.size()) {
            m_afterReturn = m_text[end] == '\r';
            ++m_at;
        }
        if (!blank) {
            return true;
        }
    }
}

std::size_t CsvRecords::countCells(std::string_view record, char delimiter) {
    bool quoted = false;
    bool inCell = false;
    std::size_t cells = 0;
    std::size_t delimiters = 0;
    for (const char c : record) {
        quoted = c == '"' ? !quoted : quoted;
        const bool delimits = !quoted && c == delimiter;
        delimiters += delimits ? 1 : 0;
        cells += !delimits && !inCell ? 1 : 0;
        inCell = !delimits;
    }
    return delimiter == ' ' ? cells : delimiters + 1;
}

} // namespace weft::readers
