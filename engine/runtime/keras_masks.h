// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

#include <nlohmann/json_fwd.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Keras writes down how masks are computed: operations (`NotEqual`, `Any`, ...) that feed only `mask` arguments. Here layers hand masks on
/// by themselves, so these operations are left out, provided they compute the masks that the layers would. For the sources of engine/runtime only.
namespace weft::keras {

/// True for an entry of `layers` that is one of Keras' operations on tensors, not a layer.
bool isOperation(const nlohmann::json& object);

/// The places in the list `layers` of operations whose results go to `mask` arguments and nowhere else. `ends`: what else uses tensors.
std::set<std::size_t> maskBookkeeping(const nlohmann::json& layers, const nlohmann::json& ends);

/// A mask that a file gives to a call.
struct GivenMask {
    CallId call;
    std::string place;           ///< begins the sentences
    std::set<Source> tensors;    ///< that it is computed of
    std::set<double> constants;  ///< that stand among them
    std::set<std::string> steps; ///< the operations that compute it
};

/// Throws UnknownType where a call would get another mask than the one given.
void requireOwnMasks(const Graphs& graphs, GraphId graph, const std::vector<GivenMask>& given);

} // namespace weft::keras
