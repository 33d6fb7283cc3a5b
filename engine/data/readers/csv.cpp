// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/data/readers/csv_records.h"
#include "engine/data/step_type.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>

namespace weft::readers {
namespace {

constexpr std::size_t kMostFields = 100'000;
constexpr std::size_t kSampleLines = 20;
constexpr std::size_t kShownCell = 40;
constexpr std::size_t kPerBlock = std::size_t{1} << 18;

struct Delimiter {
    std::string_view name;
    char character;
};
/// In the order in which they are tried: a comma may also be a decimal sign, and spaces stand in names.
constexpr std::array<Delimiter, 5> kDelimiters{{{"tab", '\t'}, {"semicolon", ';'}, {"bar", '|'}, {"comma", ','}, {"space", ' '}}};

struct Csv {
    std::string delimiter = "guess";
    std::string header = "guess";
    std::string decimal = "guess";

    static Binding<Csv> binding() {
        Binding<Csv> b;
        b("delimiter", &Csv::delimiter, "Delimiter", "What stands between two values.")
            .choices({"guess", "comma", "semicolon", "tab", "bar", "space"});
        b("header", &Csv::header, "Header", "Whether the first line holds the names of the columns.").choices({"guess", "yes", "no"});
        b("decimal", &Csv::decimal, "Decimal sign", "What stands before the fraction of a number.").choices({"guess", "point", "comma"});
        return b;
    }
};

char guessDelimiter(std::string_view sample) {
    std::vector<std::string_view> lines;
    while (!sample.empty() && lines.size() < kSampleLines) {
        const std::size_t end = sample.find_first_of("\r\n");
        if (end == std::string_view::npos && !lines.empty()) {
            break; // perhaps not whole
        }
        if (end != 0) {
            lines.push_back(sample.substr(0, end));
        }
        sample.remove_prefix(end == std::string_view::npos ? sample.size() : end + 1);
    }
    const auto fits = [&](const Delimiter& d, bool strictly) {
        const std::size_t cells = lines.empty() ? 0 : CsvRecords::countCells(lines.front(), d.character);
        return cells > 1 && (!strictly || std::all_of(lines.begin(), lines.end(), [&](std::string_view line) {
                   return CsvRecords::countCells(line, d.character) == cells;
               }));
    };
    for (const bool strictly : {true, false}) {
        for (const Delimiter& d : kDelimiters) {
            if (fits(d, strictly)) {
                return d.character;
            }
        }
    }
    return ',';
}

/// `1,5` or `-1,5e3`: no number with a point, one with a comma.
bool hasDecimalComma(std::string_view cell) {
    std::string text(cell);
    const std::size_t comma = text.find(',');
    if (comma == std::string::npos) {
        return false;
    }
    text[comma] = '.';
    return parseNumber(text).has_value();
}

class Table {
public:
    Table(const std::filesystem::path& path, const Csv& options, const Reading& reading)
        : m_file(path), m_name(pathText(path)), m_records(m_file, m_name), m_options(options), m_reading(reading) {}

    ReaderType::Contents read() {
        m_delimiter = chosenDelimiter();
        m_records.setDelimiter(m_delimiter);
        readStart();
        std::vector<std::string_view> cells;
        while (m_records.next(cells)) {
            addRow(cells, m_records.line());
        }
        return finish();
    }

private:
    struct Record {
        std::vector<std::string> cells;
        std::int64_t line = 0;
    };

    char chosenDelimiter() const {
        const auto named =
            std::find_if(kDelimiters.begin(), kDelimiters.end(), [&](const Delimiter& d) { return d.name == m_options.delimiter; });
        return named == kDelimiters.end() ? guessDelimiter(m_records.sample()) : named->character;
    }

    /// The first records, kept to decide what they are.
    void readStart() {
        std::vector<Record> start;
        std::vector<std::string_view> cells;
        while (start.size() < kSampleLines && m_records.next(cells)) {
            if (cells.size() > kMostFields) {
                throw Error(
                    cat(m_name, ", line ", m_records.line(), " has ", cells.size(), " values; at most ", kMostFields, " can be read."));
            }
            start.push_back({{cells.begin(), cells.end()}, m_records.line()});
        }
        if (start.empty()) {
            throw Error(cat(m_name, " is empty."));
        }
        m_decimalComma = chosenDecimalComma(start);
        const bool header = hasHeader(start);
        setFields(start.front(), header);
        for (std::size_t i = header ? 1 : 0; i < start.size(); ++i) {
            cells.assign(start[i].cells.begin(), start[i].cells.end());
            addRow(cells, start[i].line);
        }
    }

    bool chosenDecimalComma(const std::vector<Record>& start) const {
        if (m_options.decimal != "guess") {
            return m_options.decimal == "comma";
        }
        const auto any = [&](auto&& holds) {
            return std::any_of(start.begin(), start.end(),
                               [&](const Record& r) { return std::any_of(r.cells.begin(), r.cells.end(), holds); });
        };
        return m_delimiter != ',' && any(hasDecimalComma) &&
               !any([](const std::string& cell) { return cell.find('.') != cell.npos && parseNumber(cell); });
    }

    bool hasHeader(const std::vector<Record>& start) const {
        if (m_options.header != "guess") {
            return m_options.header == "yes";
        }
        // Names stand over numbers.
        const std::vector<std::string>& first = start.front().cells;
        for (std::size_t i = 0; i < first.size(); ++i) {
            const bool overNumber = start.size() < 2 || (i < start[1].cells.size() && number(start[1].cells[i]));
            if (!first[i].empty() && !number(first[i]) && overNumber) {
                return true;
            }
        }
        return false;
    }

    void setFields(const Record& first, bool header) {
        m_firstLine = first.line;
        std::set<std::string> used;
        for (std::size_t i = 0; i < first.cells.size(); ++i) {
            std::string field = header ? asUtf8(first.cells[i]) : std::string();
            field = field.empty() ? cat("column ", i + 1) : field;
            if (!used.insert(field).second) {
                throw Error(cat(m_name, ", line ", first.line, " names two columns \"", field, "\"."));
            }
            m_fields.push_back(std::move(field));
        }
        m_problems.resize(m_fields.size());
    }

    std::optional<double> number(std::string_view cell) const {
        if (!m_decimalComma || cell.find(',') == cell.npos) {
            return parseNumber(cell);
        }
        std::string text(cell);
        std::replace(text.begin(), text.end(), ',', '.');
        return parseNumber(text);
    }

    void addRow(const std::vector<std::string_view>& cells, std::int64_t line) {
        if (cells.size() != m_fields.size()) {
            throw Error(cat(m_name, ", line ", line, " has ", cells.size(), cells.size() == 1 ? " value; " : " values; ", m_fields.size(),
                            " were expected, as in line ", m_firstLine, "."));
        }
        if (m_blocks.empty() || m_blocks.back().size() + cells.size() > m_blocks.back().capacity()) {
            m_reading.at(m_file.progress());
            m_blocks.emplace_back().reserve(std::max(cells.size(), m_blocks.size() == 1 ? kPerBlock / 16 : kPerBlock));
        }
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto value = number(cells[i]);
            if (!value && m_problems[i].empty()) {
                m_problems[i] = problem(cells[i], i, line);
            }
            m_blocks.back().push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
        }
        m_lines.push_back(line);
    }

    std::string problem(std::string_view cell, std::size_t field, std::int64_t line) const {
        const std::string where = cat(m_name, ", line ", line, ", column \"", m_fields[field], "\": ");
        if (cell.empty()) {
            return cat(where, "there is no value; a number was expected.");
        }
        std::string shown = asUtf8(cell);
        if (shown.size() > kShownCell) {
            std::size_t end = kShownCell;
            while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0) == 0x80) {
                --end; // not within a character
            }
            shown.resize(end);
            shown += "…";
        }
        return cat(where, "\"", shown, "\" is no number.");
    }

    ReaderType::Contents finish() {
        if (m_lines.empty()) {
            throw Error(cat(m_name, " holds a header and no rows."));
        }
        Tensor values(Shape{static_cast<std::int64_t>(m_lines.size()), static_cast<std::int64_t>(m_fields.size())}, DType::float64);
        auto* to = values.data<double>();
        for (std::vector<double>& block : m_blocks) {
            to = std::copy(block.begin(), block.end(), to);
            block = {};
        }
        return {std::move(m_fields), std::move(values), std::move(m_problems), std::move(m_lines)};
    }

    InputFile m_file;
    std::string m_name;
    CsvRecords m_records;
    const Csv& m_options;
    const Reading& m_reading;
    char m_delimiter = ',';
    bool m_decimalComma = false;
    std::int64_t m_firstLine = 1;
    std::vector<std::string> m_fields;
    std::vector<std::string> m_problems;
    std::vector<std::vector<double>> m_blocks; ///< whole rows each
    std::vector<std::int64_t> m_lines;
};

bool looksLikeText(std::string_view head) {
    const bool utf16 = head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff"); // the reader says what to do
    return utf16 || std::none_of(head.begin(), head.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte < 32 && c != '\n' && c != '\r' && c != '\t';
           });
}

} // namespace

ReaderType csv() {
    static const auto binding = std::make_shared<const Binding<Csv>>(Csv::binding());
    ReaderType type;
    type.name = "csv";
    type.title = "Table of numbers (CSV)";
    type.help = "A text file with one row per line; the first line may hold names.";
    type.endings = {".csv", ".tsv", ".txt", ".data"};
    type.schema = binding->schema();
    type.isTable = true;
    type.read = [](const std::filesystem::path& path, const ParamMap& params, const Reading& reading) {
        const Csv options = binding->read(params);
        return Table(path, options, reading).read();
    };
    type.matches = [](std::string_view head, std::string_view name) {
        const bool named = name.ends_with(".csv") || name.ends_with(".tsv");
        return looksLikeText(head) &&
               (named || (head.find_first_of("0123456789") != head.npos && !head.starts_with('{') && !head.starts_with('<')));
    };
    return type;
}

} // namespace weft::readers
