// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/graph.h"

namespace weft {
namespace {

template <class Map, class Key>
auto* findIn(Map& map, Key key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

} // namespace

const Layer* Graph::layer(LayerId id) const { return findIn(layers, id); }
Layer* Graph::layer(LayerId id) { return findIn(layers, id); }
const Call* Graph::call(CallId id) const { return findIn(calls, id); }
Call* Graph::call(CallId id) { return findIn(calls, id); }
const ModelDef* Graph::model(ModelId id) const { return findIn(models, id); }

const Layer* Graph::layerOf(CallId id) const {
    const Call* found = call(id);
    return found ? layer(found->layer) : nullptr;
}

Layer* Graph::layerOf(CallId id) {
    const Call* found = call(id);
    return found ? layer(found->layer) : nullptr;
}

const ModelDef* Graph::modelNamed(std::string_view name) const {
    for (const auto& [id, model] : models) {
        if (model.name == name) {
            return &model;
        }
    }
    return nullptr;
}

std::vector<CallId> Graph::callsOf(LayerId id) const {
    std::vector<CallId> found;
    for (const auto& [callId, call] : calls) {
        if (call.layer == id) {
            found.push_back(callId);
        }
    }
    return found;
}

} // namespace weft
