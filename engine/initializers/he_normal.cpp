// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/distributions.h"

namespace weft::initializers {

InitializerType he_normal() {
    return scaledType("HeNormal", "He normal",
                      "Bell-shaped random numbers, scaled for layers that are followed by relu.",
                      2.0, Fan::in, Distribution::truncatedNormal);
}

} // namespace weft::initializers
