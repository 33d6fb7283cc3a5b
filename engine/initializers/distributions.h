// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/initializers/initializer_type.h"
#include "engine/schema/binding.h"

#include <optional>

/// What several initializers share.
namespace weft::initializers {

void fillUniform(const Random& random, double low, double high, Tensor& out);
void fillNormal(const Random& random, double mean, double deviation, Tensor& out);
/// Normal numbers, those beyond two deviations drawn again.
void fillTruncatedNormal(const Random& random, double mean, double deviation, Tensor& out);

enum class Fan { in, out, average };
enum class Distribution { uniform, normal, truncatedNormal };
/// Keras' VarianceScaling: numbers of mean 0 and variance scale / fan.
void fillScaled(const Random& random, const InitializerTarget& target, double scale, Fan fan, Distribution distribution, Tensor& out);

/// The source of an initializer with a `seed` of its own: that sequence, else the given one.
Random seeded(const Random& random, const std::optional<std::int64_t>& seed);

template <class T>
void bindSeed(Binding<T>& b) {
    b("seed", &T::seed, "Seed", "A number that fixes the random numbers of this weight; none: they follow the seed of the training.").advanced();
}

/// Fills schema and fill of a record from a struct with `static Binding<T> binding()` and
/// `void fill(const InitializerTarget&, const Random&, Tensor&) const`.
template <class T>
void bindInitializer(InitializerType& type) {
    auto binding = std::make_shared<const Binding<T>>(T::binding());
    type.schema = binding->schema();
    type.fill = [binding](const ParamMap& params, const InitializerTarget& target, const Random& random, Tensor& out) {
        binding->read(params).fill(target, random, out);
    };
}

/// An initializer that is VarianceScaling with everything but the seed settled.
InitializerType scaledType(std::string name, std::string title, std::string help, double scale, Fan fan, Distribution distribution);

} // namespace weft::initializers
