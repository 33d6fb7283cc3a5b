// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/distributions.h"

namespace weft::initializers {

InitializerType glorot_uniform() {
    return scaledType("GlorotUniform", "Glorot uniform",
                      "Even random numbers, the smaller the more numbers go in and out of the layer. A good choice before tanh, sigmoid and softmax.",
                      1.0, Fan::average, Distribution::uniform);
}

} // namespace weft::initializers
