// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/distributions.h"

#include <algorithm>
#include <cmath>

namespace weft::initializers {
namespace {

/// Standard deviation of a standard normal number that is drawn again beyond two deviations.
constexpr double kTruncatedDeviation = 0.87962566103423978;

struct SeedOnly {
    std::optional<std::int64_t> seed;
    static Binding<SeedOnly> binding() {
        Binding<SeedOnly> b;
        bindSeed(b);
        return b;
    }
};

} // namespace

void fillUniform(const Random& random, double low, double high, Tensor& out) {
    std::uint64_t i = 0;
    for (float& v : out.floats()) {
        v = static_cast<float>(low + (high - low) * static_cast<double>(random.uniform(i++)));
    }
}

void fillNormal(const Random& random, double mean, double deviation, Tensor& out) {
    std::uint64_t i = 0;
    for (float& v : out.floats()) {
        v = static_cast<float>(mean + deviation * static_cast<double>(random.normal(i++)));
    }
}

void fillTruncatedNormal(const Random& random, double mean, double deviation, Tensor& out) {
    std::uint64_t i = 0;
    for (float& v : out.floats()) {
        // Another try takes its number from far beyond those of all elements; one in twenty needs one.
        double z = static_cast<double>(random.normal(i));
        for (std::uint64_t attempt = 1; std::fabs(z) > 2.0; ++attempt) {
            z = static_cast<double>(random.normal(i + (attempt << 48)));
        }
        v = static_cast<float>(mean + deviation * z);
        ++i;
    }
}

void fillScaled(const Random& random, const InitializerTarget& target, double scale, Fan fan, Distribution distribution, Tensor& out) {
    const auto in = static_cast<double>(target.fanIn);
    const auto outgoing = static_cast<double>(target.fanOut);
    const double size = fan == Fan::in ? in : fan == Fan::out ? outgoing : (in + outgoing) / 2;
    const double variance = scale / std::max(1.0, size);
    switch (distribution) {
    case Distribution::uniform: {
        const double limit = std::sqrt(3 * variance);
        return fillUniform(random, -limit, limit, out);
    }
    case Distribution::normal: return fillNormal(random, 0, std::sqrt(variance), out);
    case Distribution::truncatedNormal: return fillTruncatedNormal(random, 0, std::sqrt(variance) / kTruncatedDeviation, out);
    }
}

Random seeded(const Random& random, const std::optional<std::int64_t>& seed) { return seed ? Random(static_cast<std::uint64_t>(*seed)) : random; }

InitializerType scaledType(std::string name, std::string title, std::string help, double scale, Fan fan, Distribution distribution) {
    InitializerType t;
    t.name = std::move(name);
    t.title = std::move(title);
    t.help = std::move(help);
    auto binding = std::make_shared<const Binding<SeedOnly>>(SeedOnly::binding());
    t.schema = binding->schema();
    t.fill = [=](const ParamMap& params, const InitializerTarget& target, const Random& random, Tensor& out) {
        fillScaled(seeded(random, binding->read(params).seed), target, scale, fan, distribution, out);
    };
    return t;
}

} // namespace weft::initializers
