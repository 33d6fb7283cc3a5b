// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/binding.h"
#include "engine/schema/parameter.h"
#include "engine/tensor/tensor.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace weft {

/// One fitted step of a column's preprocessing. Immutable; applied row by row.
class Step {
public:
    virtual ~Step() = default;
    /// The spec after the step (dimension 0 is the batch). Throws Error where the step cannot be applied.
    virtual TensorSpec output(const TensorSpec& input) const = 0;
    /// `rows` rows from `in` to `out`; both as `output` says. Throws Error on a value that does not fit (a label out of range),
    /// naming the value and the row counted from `firstRow`.
    virtual void apply(const TensorSpec& input, const void* in, void* out, std::int64_t rows, std::int64_t firstRow) const = 0;
    /// What was fitted, so that an exported model does the same: parameters by the record's schema.
    virtual Object description() const = 0;
    /// True where the bytes stay as they are and only the shape changes: nothing is done when rows are gathered.
    virtual bool isView() const { return false; }
    /// The number that fills up rows which are shorter than the longest, where the step says so.
    virtual std::optional<double> padding() const { return std::nullopt; }
    /// True where `apply` may throw: such values are looked for when data are loaded, so that training does not meet them.
    virtual bool mayRefuse() const { return false; }
};

/// One kind of step, in one file of `engine/data/steps`.
struct StepType {
    std::string name; ///< `one_hot`
    std::string title;
    std::string help;
    Schema schema;
    /// Makes the step, fitted on the training rows as the step before it leaves them.
    /// `params` have passed `validate`. Where they tell all that is to be fitted, `trainingRows` may be empty.
    std::function<std::shared_ptr<const Step>(const ParamMap& params, const TensorSpec& input, const Tensor& trainingRows)> fit;
    /// Parameters that `fit` finds from the training rows as long as one of them is None.
    std::vector<std::string> found;
    /// True where it makes one number per class, a single 1 among zeros, of a class number.
    bool oneHot = false;
};

/// All steps, by name. The list is in engine/data/steps/CMakeLists.txt.
const std::vector<StepType>& stepTypes();
const StepType* findStepType(std::string_view name);

/// Whether a step of this description still has something to find from the training rows.
bool needsRows(const Object& description);

/// The step of a description, made again: fits on `trainingRows` what the description leaves open. Throws Error where there is
/// no such step, where its parameters are wrong, where it cannot follow `input`, or where it needs rows and there are none.
std::shared_ptr<const Step> makeStep(const Object& description, const TensorSpec& input, const Tensor& trainingRows = {});

/// Fills schema and fit of a record from a struct with `static Binding<T> binding()` and
/// `std::shared_ptr<const Step> fit(const TensorSpec& input, const Tensor& trainingRows) const`.
template <class T>
void bindStep(StepType& type) {
    auto binding = std::make_shared<const Binding<T>>(T::binding());
    type.schema = binding->schema();
    type.fit = [binding](const ParamMap& params, const TensorSpec& input, const Tensor& rows) {
        return binding->read(params).fit(input, rows);
    };
}

/// Thrown by Reading::at where reading was asked to stop.
struct ReadingStopped {};

/// Who waits for a file that is being read.
struct Reading {
    std::stop_token stop;
    std::function<void(double)> progress; ///< gets 0..1; may be empty
    /// To be called every megabyte or so.
    void at(double fraction) const {
        if (stop.stop_requested()) {
            throw ReadingStopped{};
        }
        if (progress) {
            progress(fraction);
        }
    }
};

/// One kind of file that data is read from, in one file of `engine/data/readers`.
struct ReaderType {
    std::string name; ///< `idx`
    std::string title;
    std::string help;
    std::vector<std::string> endings; ///< `.csv`, ...
    Schema schema;                    ///< options
    bool isTable = false;             ///< has named fields
    bool isGenerated = false;         ///< computes its rows; `path` is then no file but says which
    struct Contents {
        std::vector<std::string> fields;
        Tensor values;
        /// Of a table: per field, the sentence about its first value that is no number (NaN stands in its place); empty: all are.
        std::vector<std::string> problems;
        /// Of a table: the line in the file (from 1) of each row.
        std::vector<std::int64_t> lines;
    };
    /// Reads a whole file. Throws Error naming the file and the place in it. Checks sizes before it allocates.
    std::function<Contents(const std::filesystem::path& path, const ParamMap& options, const Reading& reading)> read;
    /// True if these first bytes (after gunzip) and this name look like the format.
    std::function<bool(std::string_view head, std::string_view fileName)> matches;
};
const std::vector<ReaderType>& readerTypes();
const ReaderType* findReaderType(std::string_view name);

} // namespace weft
