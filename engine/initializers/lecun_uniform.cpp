// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/distributions.h"

namespace weft::initializers {

InitializerType lecun_uniform() {
    return scaledType("LecunUniform", "LeCun uniform",
                      "Even random numbers, the smaller the more numbers go into the layer.",
                      1.0, Fan::in, Distribution::uniform);
}

} // namespace weft::initializers
