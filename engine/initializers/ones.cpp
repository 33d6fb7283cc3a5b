// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/initializer_type.h"

#include <algorithm>

namespace weft::initializers {

InitializerType ones() {
    InitializerType t;
    t.name = "Ones";
    t.title = "Ones";
    t.help = "All numbers are 1, as for a factor that is to change nothing at first.";
    t.aliases = {"one"};
    t.fill = [](const ParamMap&, const InitializerTarget&, const Random&, Tensor& out) { std::ranges::fill(out.floats(), 1.0F); };
    return t;
}

} // namespace weft::initializers
