// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/layers/support.h"

/// What layers share that hold another layer as a parameter.
namespace weft::layers {

/// The layer within. Its parameters may hold `name` and `trainable`, as Keras has them; they are not among `params`.
struct Held {
    const LayerType* type = nullptr;
    ParamMap params;
    bool trainable = true;

    Object object() const { return {type->name, params}; }
    bool has(std::string_view parameter) const { return findParameter(type->schema, parameter) != nullptr; }
    bool isTrue(std::string_view parameter) const { return *valueOf(type->schema, params, parameter).asBool(); }
};

/// The layer that `object` describes; problems, about the parameter `parameter` of `wrapper`, and nullopt where it is none that can be held.
std::optional<Held> heldLayer(Inference& out, std::string_view wrapper, const Object& object, std::string_view parameter);

/// Problems of a held layer as those of its wrapper: what they say of its parameters is said of `parameter`. Fixes that put a layer into the
/// wire are left out unless `sameInput`: the held layer sees what the wrapper sees.
void adoptProblems(Inference& out, const std::vector<Problem>& problems, const Object& object, std::string_view parameter, bool sameInput);

} // namespace weft::layers
