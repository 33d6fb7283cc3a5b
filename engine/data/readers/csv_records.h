// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/file.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::readers {

/// Cuts a text file into records and cells (RFC 4180: a cell in quotes may hold delimiters, line ends and doubled quotes; a line
/// ends with LF, CR LF or CR). Empty lines are passed over. Needs no more memory than the longest record, which is limited.
class CsvRecords {
public:
    /// `name`: of the file, for errors. A byte order mark is passed over; UTF-16 is refused.
    CsvRecords(InputFile& file, std::string name);

    /// The first part of the text, for guessing.
    std::string_view sample() const { return m_text; }
    /// To be set before the first `next`. A space stands for any run of spaces.
    void setDelimiter(char delimiter) { m_delimiter = delimiter; }

    /// The next record's cells, valid until the next call; false at the end. Throws Error on what no text table holds.
    bool next(std::vector<std::string_view>& cells);
    /// The line, from 1, where the last record began.
    std::int64_t line() const { return m_line; }
    /// Cells of one record of a text (up to its line end); for guessing.
    static std::size_t countCells(std::string_view record, char delimiter);

private:
    bool fill();
    std::size_t recordEnd();
    void split(std::size_t end, std::vector<std::string_view>& cells);

    InputFile& m_file;
    std::string m_name;
    std::string m_text; ///< what is there of the file and not yet used begins at m_at
    std::size_t m_at = 0;
    bool m_ended = false;
    bool m_afterReturn = false;
    char m_delimiter = ',';
    std::int64_t m_line = 0;
    std::int64_t m_nextLine = 1;
};

} // namespace weft::readers
