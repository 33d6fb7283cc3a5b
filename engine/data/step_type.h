// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/parameter.h"
#include "engine/tensor/tensor.h"

#include <functional>
#include <memory>
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
};

/// One kind of step, in one file of `engine/data/steps`.
struct StepType {
    std::string name; ///< `one_hot`
    std::string title;
    std::string help;
    Schema schema;
    /// Makes the step, fitted on the training rows as the step before it leaves them.
    std::function<std::shared_ptr<const Step>(const ParamMap& params, const TensorSpec& input, const Tensor& trainingRows)> fit;
    /// True where `fit` looks at the rows (standardise, one_hot without a number of classes).
    bool needsData = false;
    /// True where it makes one number per class, a single 1 among zeros, of a class number.
    bool oneHot = false;
};

/// All steps, by name. The list is in engine/data/steps/CMakeLists.txt.
const std::vector<StepType>& stepTypes();
const StepType* findStepType(std::string_view name);

/// One kind of file that data is read from, in one file of `engine/data/readers`.
struct ReaderType {
    std::string name; ///< `idx`
    std::string title;
    std::string help;
    std::vector<std::string> endings; ///< `.csv`, ...
    Schema schema;                    ///< options
    bool isTable = false;             ///< has named fields
    struct Contents {
        std::vector<std::string> fields;
        Tensor values;
    };
    /// Reads a whole file. Throws Error naming the file and the place in it. Checks sizes before it allocates.
    std::function<Contents(const std::string& path, const ParamMap& options)> read;
    /// True if these first bytes (after gunzip) and this name look like the format.
    std::function<bool(std::string_view head, std::string_view fileName)> matches;
};
const std::vector<ReaderType>& readerTypes();
const ReaderType* findReaderType(std::string_view name);

} // namespace weft
