// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/distributions.h"

namespace weft::initializers {

InitializerType glorot_normal() {
    return scaledType("GlorotNormal", "Glorot normal",
                      "Bell-shaped random numbers, the smaller the more numbers go in and out of the layer.",
                      1.0, Fan::average, Distribution::truncatedNormal);
}

} // namespace weft::initializers
