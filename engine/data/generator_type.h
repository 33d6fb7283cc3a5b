// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/data/step_type.h"

namespace weft {

/// One made-up data set, in one file of `engine/data/generators`: computed, not read, and with a structure that a network can find.
struct GeneratorType {
    std::string name; ///< `tickets`; a source names a part of it as `generated:tickets/title`
    std::string title;
    std::string help; ///< what is in it and what there is to find
    struct Part {
        std::string name;
        std::vector<std::string> fields; ///< of a table, whose numbers are float64; empty: an array
    };
    std::vector<Part> parts;
    /// All parts in their order, rows first. Rows of equal number belong together, and the same rows and seed give the same numbers.
    std::function<std::vector<Tensor>(std::int64_t rows, std::uint64_t seed)> generate;
};

/// The list is in engine/data/generators/CMakeLists.txt.
const std::vector<GeneratorType>& generatorTypes();

} // namespace weft
