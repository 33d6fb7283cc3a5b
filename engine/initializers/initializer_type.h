// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/random.h"
#include "engine/schema/parameter.h"
#include "engine/tensor/tensor.h"

#include <functional>
#include <string>
#include <vector>

namespace weft {

/// What an initializer needs to know of a weight. Fans as in Keras' VarianceScaling: for a kernel (..., in, out) the
/// product of the leading sizes times in, or out.
struct InitializerTarget {
    std::int64_t fanIn = 1;
    std::int64_t fanOut = 1;
};
/// Keras' rule for the fans of a shape (`compute_fans`).
InitializerTarget fansOf(const Shape& shape);

/// One kind of initializer, in one file of `engine/initializers`.
struct InitializerType {
    std::string name; ///< Keras' class name: `GlorotUniform`
    std::string title;
    std::string help;
    std::vector<std::string> aliases; ///< Keras' other strings for it, beside `glorot_uniform` for `GlorotUniform`
    Schema schema;
    /// Fills a float32 tensor. The same random source gives the same numbers.
    std::function<void(const ParamMap& params, const InitializerTarget& target, const Random& random, Tensor& out)> fill;
};

const std::vector<InitializerType>& initializerTypes();
/// By class name or by any of Keras' strings for it; null if there is none.
const InitializerType* findInitializerType(std::string_view name);

} // namespace weft
