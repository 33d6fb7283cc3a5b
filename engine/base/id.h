// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace weft {

/// A name for a thing that survives every edit of the list the thing stands in. 0 names nothing.
/// Ids are unique within a project (whatever their kind) and are not used again.
template <class Tag>
struct Id {
    std::uint64_t value = 0;
    explicit operator bool() const { return value != 0; }
    friend auto operator<=>(const Id&, const Id&) = default;
};

using LayerId = Id<struct LayerTag>;
using CallId = Id<struct CallTag>;
using GraphId = Id<struct GraphTag>;
using ModelId = Id<struct ModelTag>;

} // namespace weft

template <class Tag>
struct std::hash<weft::Id<Tag>> {
    std::size_t operator()(const weft::Id<Tag>& id) const noexcept { return std::hash<std::uint64_t>{}(id.value); }
};
