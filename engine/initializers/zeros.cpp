// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/initializer_type.h"

#include <algorithm>

namespace weft::initializers {

InitializerType zeros() {
    InitializerType t;
    t.name = "Zeros";
    t.title = "Zeros";
    t.help = "All numbers are 0. The usual choice for a bias; a kernel of zeros cannot learn.";
    t.aliases = {"zero"};
    t.fill = [](const ParamMap&, const InitializerTarget&, const Random&, Tensor& out) { std::ranges::fill(out.floats(), 0.0F); };
    return t;
}

} // namespace weft::initializers
