// SPDX-License-Identifier: Apache-2.0
#include "engine/project/weight_changes.h"

#include <algorithm>
#include <optional>

namespace weft {
namespace {

std::optional<WeightKey> moved(const WeightKey& key, const std::vector<LayerId>& from, const std::vector<LayerId>& to) {
    const auto at = std::search(key.path.begin(), key.path.end(), from.begin(), from.end());
    if (at == key.path.end()) {
        return std::nullopt;
    }
    WeightKey result{{key.path.begin(), at}, key.name};
    result.path.insert(result.path.end(), to.begin(), to.end());
    result.path.insert(result.path.end(), at + static_cast<std::ptrdiff_t>(from.size()), key.path.end());
    return result;
}

template <class Map>
void move(Map& map, const std::vector<LayerId>& from, const std::vector<LayerId>& to, bool copies) {
    Map arrived;
    for (auto at = map.begin(); at != map.end();) {
        if (auto key = moved(at->first, from, to)) {
            arrived[*std::move(key)] = at->second;
            at = copies ? std::next(at) : map.erase(at);
        } else {
            ++at;
        }
    }
    for (auto& [key, value] : arrived) {
        copies ? void(map.try_emplace(key, std::move(value))) : void(map[key] = std::move(value));
    }
}

void moveAll(Trained& trained, const std::vector<LayerId>& from, const std::vector<LayerId>& to, bool copies) {
    move(trained.weights, from, to, copies);
    for (auto& [model, optimizer] : trained.optimizers) {
        move(optimizer.slots, from, to, copies);
    }
}

} // namespace

void carry(const WeightChanges& changes, Trained& trained) {
    for (const WeightMove& step : changes.moves) {
        moveAll(trained, step.from, step.to, step.copies);
    }
    for (const auto& [key, tensor] : changes.added) {
        trained.weights.try_emplace(key, tensor);
    }
}

void carryBack(const WeightChanges& changes, Trained& trained) {
    for (auto step = changes.moves.rbegin(); step != changes.moves.rend(); ++step) {
        if (!step->copies) {
            moveAll(trained, step->to, step->from, false);
        }
    }
}

} // namespace weft
