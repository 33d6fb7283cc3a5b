// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/initializers/initializer_type.h"

#include <algorithm>

namespace weft {

namespace initializers {
/// The table that CMake generates from the list in CMakeLists.txt.
std::vector<InitializerType> records();
} // namespace initializers

InitializerTarget fansOf(const Shape& shape) {
    if (shape.rank() == 0) {
        return {1, 1};
    }
    if (shape.rank() == 1) {
        return {shape[0], shape[0]};
    }
    const int last = shape.rank() - 1;
    const std::int64_t leading = Shape(std::vector(shape.dims().begin(), shape.dims().end() - 2)).count();
    return {shape[last - 1] * leading, shape[last] * leading};
}

const std::vector<InitializerType>& initializerTypes() {
    static const std::vector<InitializerType> all = initializers::records();
    return all;
}

const InitializerType* findInitializerType(std::string_view name) {
    const auto& all = initializerTypes();
    const auto found = std::find_if(all.begin(), all.end(), [&](const InitializerType& t) {
        return t.name == name || snakeCase(t.name) == name || std::find(t.aliases.begin(), t.aliases.end(), name) != t.aliases.end();
    });
    return found == all.end() ? nullptr : &*found;
}

} // namespace weft
