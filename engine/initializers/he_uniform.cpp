// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/distributions.h"

namespace weft::initializers {

InitializerType he_uniform() {
    return scaledType("HeUniform", "He uniform",
                      "Even random numbers, scaled for layers that are followed by relu.",
                      2.0, Fan::in, Distribution::uniform);
}

} // namespace weft::initializers
