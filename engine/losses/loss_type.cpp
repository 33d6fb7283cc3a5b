// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/loss_type.h"

#include <algorithm>

namespace weft {

namespace losses {
std::vector<LossType> records();
}

std::string LossOp::checkTarget(Rows, const void*) const {
    return {};
}

void LossOp::counted(Rows rows, const void*, float* counts) const {
    std::fill(counts + rows.begin * valuesPerSample(), counts + rows.end * valuesPerSample(), 1.0f);
}

const std::vector<LossType>& lossTypes() {
    static const std::vector<LossType> types = losses::records();
    return types;
}

const LossType* findLossType(std::string_view name) {
    for (const LossType& type : lossTypes()) {
        if (type.name == name || std::find(type.aliases.begin(), type.aliases.end(), name) != type.aliases.end()) {
            return &type;
        }
    }
    return nullptr;
}

} // namespace weft
