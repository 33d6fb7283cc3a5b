// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/data/data_spec.h"
#include "engine/data/step_type.h"
#include "engine/tensor/tensor.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <stop_token>

namespace weft {

/// Where a column's rows come from, for sentences about one of them.
struct Origin {
    std::string column;
    std::string file;                ///< as people know it
    std::vector<std::int64_t> lines; ///< of a table: the line of each row; empty: rows are counted from 1
    /// What people call row `row` (from 0) of the file.
    std::int64_t rowNumber(std::int64_t row) const { return lines.empty() ? row + 1 : lines[static_cast<std::size_t>(row)]; }
};

/// One column of one part (train or test): the numbers as the file holds them, and the fitted steps that are applied as
/// rows are gathered, so that 47 MB of bytes do not become 188 MB of floats. Immutable; any number of threads may read.
class Column {
public:
    Column() = default;
    /// `raw` holds rows first. Numbers that end as float64 are gathered as float32.
    Column(std::shared_ptr<const Tensor> raw, std::vector<std::int64_t> rows, std::vector<std::shared_ptr<const Step>> steps);

    std::int64_t rows() const;
    /// Of one gathered batch; dimension 0 is kUnknown.
    const TensorSpec& spec() const { return m_spec; }
    /// Of the raw values, before the steps.
    const TensorSpec& rawSpec() const { return m_rawSpec; }
    /// Writes rows `indices` (each in 0..rows()-1), one after the other, into `out`, which has room for them. Allocates nothing
    /// after the first call with as many rows from the same thread.
    void gather(std::span<const std::int64_t> indices, void* out) const;
    /// All rows, or `indices`, as a tensor.
    Tensor tensor() const;
    Tensor tensor(std::span<const std::int64_t> indices) const;
    /// The same column over fewer rows (indices into this one's rows).
    Column selected(std::span<const std::int64_t> indices) const;
    /// Where row `index` stands in its source, from 0.
    std::int64_t sourceRow(std::int64_t index) const { return m_rows[static_cast<std::size_t>(index)]; }
    /// Null where nobody said.
    const std::shared_ptr<const Origin>& origin() const { return m_origin; }
    void setOrigin(std::shared_ptr<const Origin> origin) { m_origin = std::move(origin); }
    /// Raw values of one row, for showing it to a person.
    Tensor rawRow(std::int64_t index) const;
    const std::vector<std::shared_ptr<const Step>>& steps() const { return m_steps; }

private:
    std::shared_ptr<const Tensor> m_raw;
    std::vector<std::int64_t> m_rows; ///< rows of m_raw in this part
    std::vector<std::shared_ptr<const Step>> m_steps;
    std::shared_ptr<const Origin> m_origin;
    TensorSpec m_spec, m_rawSpec;
    /// A step that does something when rows are gathered, with the spec it is given and the bytes that a row has after it.
    struct Stage {
        const Step* step;
        TensorSpec input;
        std::size_t rowBytes;
    };
    std::vector<Stage> m_stages;
    std::size_t m_rawRowBytes = 0;
};

/// The data of a project, loaded: columns by name for training and for testing. All columns of a part have as many rows.
struct Dataset {
    std::map<std::string, Column> train;
    std::map<std::string, Column> test; ///< empty where the split is `none`
    std::int64_t trainRows = 0;
    std::int64_t testRows = 0;
};

/// Where files are found.
struct DataPlaces {
    std::filesystem::path projectFolder; ///< for relative paths
    std::filesystem::path bundledFolder; ///< for `bundled:` paths
    /// `--data NAME=FILE`: these files stand in for the sources of those names. Throws if a name is no source.
    std::map<std::string, std::filesystem::path> rebound;
};

/// The file behind a source. Throws Error for a `bundled:` path that leads elsewhere; whether the file is there is not asked.
std::filesystem::path locate(const DataSource& source, const DataPlaces& places);

/// What is to be loaded: `test` reads no training file where test rows have files of their own and no step is to be fitted.
enum class DataWanted { all, test };

/// Reads all files, splits, fits the steps on the training part only. Throws Error naming file, row and column of the first
/// mistake. Stops with an empty dataset if asked to. `progress`, if any, gets 0..1.
Dataset loadDataset(const DataSpec& spec, const DataPlaces& places, std::stop_token stop = {},
                    const std::function<void(double)>& progress = {}, DataWanted wanted = DataWanted::all);

/// By column: its steps as they were fitted.
using FittedSteps = std::map<std::string, std::vector<Object>>;
FittedSteps fittedSteps(const Dataset& data);
/// The spec with what was fitted in place of what is still to be found, wherever a column's steps are otherwise still the same.
DataSpec withFitted(DataSpec spec, const FittedSteps& fitted);

/// What a file holds, for the window's data panel, without steps: reads it whole.
struct SourceContents {
    std::vector<std::string> fields; ///< of a table; empty for arrays
    Tensor values;                   ///< rows first
    /// Of a table: per field, what is wrong with the first value that is no number (NaN in `values`); empty: nothing.
    std::vector<std::string> problems;
};
SourceContents readSource(const DataSource& source, const DataPlaces& places);

/// Writes down size and SHA-256 of every source whose file can be read, and returns the names of those whose file is another than was
/// written down before. Throws nothing.
std::vector<std::string> refreshSources(DataSpec& spec, const DataPlaces& places);

/// A guess at the format from the file's name and first bytes: `idx`, `npy`, `csv`; throws Error if none fits.
std::string guessFormat(const std::filesystem::path& file);

} // namespace weft
