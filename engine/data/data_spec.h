// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/value.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weft {

/// A file that data comes from. The project names it; `weft fit --data NAME=FILE` puts another file in its place.
struct DataSource {
    std::string name;   ///< unique in the project: `train_images`
    std::string format; ///< a record of the reader catalogue: `idx`, `npy`, `csv`
    /// Relative to the project's folder, absolute, `bundled:NAME/FILE` for data that comes with Weft, or `generated:NAME/PART`.
    std::string path;
    ParamMap options;       ///< by the reader's schema (delimiter, header, ...)
    std::uint64_t size = 0; ///< bytes when it was last read; 0 if never
    std::string sha256;     ///< of the file when it was last read; empty if never
    /// Whether `path` is the user's own file, not something that comes with Weft.
    bool isFile() const { return !path.starts_with("bundled:") && !path.starts_with("generated:"); }
    friend bool operator==(const DataSource&, const DataSource&) = default;
};

/// A named tensor, row by row, made from sources by a chain of steps. Models bind inputs and targets to columns.
struct DataColumn {
    std::string name;                ///< `images`, `labels`
    std::string source;              ///< rows to train on (and, by the split, to test on)
    std::string testSource;          ///< rows to test on, if they are in a file of their own (split kind `separate`)
    std::vector<std::string> fields; ///< of a table: which of its fields, in this order; empty: all
    std::vector<Object> steps;       ///< records of the step catalogue: scale, standardise, one_hot, reshape, cast
    friend bool operator==(const DataColumn&, const DataColumn&) = default;
};

/// Which rows are for testing only. Training never sees them, nor are steps fitted on them.
struct DataSplit {
    /// `none`; `separate` (each column's testSource); `last` (the last part, in file order); `random`;
    /// `stratified` (random within each class of column `by`).
    std::string kind = "none";
    double testFraction = 0.2; ///< in (0, 1)
    std::string by;            ///< the column with the classes, for `stratified`
    std::uint64_t seed = 0;
    friend bool operator==(const DataSplit&, const DataSplit&) = default;
};

struct DataSpec {
    std::vector<DataSource> sources;
    std::vector<DataColumn> columns;
    DataSplit split;
    const DataSource* source(std::string_view name) const;
    DataSource* source(std::string_view name);
    const DataColumn* column(std::string_view name) const;
    friend bool operator==(const DataSpec&, const DataSpec&) = default;
};

} // namespace weft
