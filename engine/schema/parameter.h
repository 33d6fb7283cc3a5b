// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/value.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace weft {

enum class ParamKind {
    integer,  ///< std::int64_t
    number,   ///< double
    boolean,  ///< bool
    choice,   ///< text, one of `choices`
    text,     ///< any text
    integers, ///< list of integers; `length` of them, or any number where `length` is 0; null elements (unknown) only where `unknownAllowed`
    numbers,  ///< list of doubles, of any length or `length`
    object,   ///< a thing from the catalogue named `catalogue`
};

/// All that is known of one parameter: what the inspector shows, what JSON may hold, what a manual page prints.
struct Parameter {
    std::string name;  ///< Keras' own, e.g. `kernel_size`
    std::string label; ///< for people, sentence case, e.g. `Kernel size`
    std::string help;  ///< one or two sentences
    ParamKind kind = ParamKind::text;
    Value defaultValue;
    bool optional = false; ///< may be null
    bool required = false; ///< Keras has no default for it; ours is a proposal
    bool advanced = false; ///< shown folded away
    double minimum = -std::numeric_limits<double>::infinity();
    double maximum = std::numeric_limits<double>::infinity();
    bool minimumExcluded = false;
    bool maximumExcluded = false;
    int length = 0;
    bool unknownAllowed = false;
    std::vector<std::string> choices;
    /// The parameter that takes an object which Keras' config may hold in the place of this value (a schedule, of a learning rate); empty: none.
    std::string kerasObject;
    std::string catalogue; ///< `initializers`, `losses`, `schedules`, ...
    /// Applies only where another parameter of the same schema has a certain value; empty name: always.
    std::string appliesWhenName;
    Value appliesWhenValue;
};

using Schema = std::vector<Parameter>;

/// A value that does not fit its parameter. `message` is a whole sentence.
struct ParamProblem {
    std::string parameter;
    std::string message;
};

const Parameter* findParameter(const Schema& schema, std::string_view name);

/// The value in force: the given one, or the default.
const Value& valueOf(const Schema& schema, const ParamMap& params, std::string_view name);

/// Every way in which `params` breaks `schema`: unknown names, wrong kinds, limits, choices, lengths. Empty if none.
/// The types and parameters of `object` values are checked by whoever owns that catalogue.
std::vector<ParamProblem> validate(const Schema& schema, const ParamMap& params);
/// The same for one value.
std::optional<std::string> validate(const Parameter& parameter, const Value& value);

/// `a whole number of at least 1`, `a number from 0 to 1`, `one of valid, same`, ... for help and messages.
std::string describeLimits(const Parameter& parameter);

} // namespace weft
