// SPDX-License-Identifier: Apache-2.0
#include "engine/optimizers/optimizer_type.h"

#include <algorithm>

namespace weft {

namespace optimizers {
std::vector<OptimizerType> records();
}

float OptimizerRule::initial(std::size_t) const {
    return 0;
}

std::vector<double> OptimizerRule::totals(std::int64_t) const {
    return {};
}

const std::vector<OptimizerType>& optimizerTypes() {
    static const std::vector<OptimizerType> types = optimizers::records();
    return types;
}

const OptimizerType* findOptimizerType(std::string_view name) {
    for (const OptimizerType& type : optimizerTypes()) {
        if (type.name == name || std::find(type.aliases.begin(), type.aliases.end(), name) != type.aliases.end()) {
            return &type;
        }
    }
    return nullptr;
}

} // namespace weft
