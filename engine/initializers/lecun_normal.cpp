// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/distributions.h"

namespace weft::initializers {

InitializerType lecun_normal() {
    return scaledType("LecunNormal", "LeCun normal",
                      "Bell-shaped random numbers, the smaller the more numbers go into the layer. Goes with selu.",
                      1.0, Fan::in, Distribution::truncatedNormal);
}

} // namespace weft::initializers
