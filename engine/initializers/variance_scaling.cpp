// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/distributions.h"

#include <algorithm>

namespace weft::initializers {
namespace {

const std::vector<std::string> kModes = {"fan_in", "fan_out", "fan_avg"};                                  // in the order of Fan
const std::vector<std::string> kDistributions = {"uniform", "untruncated_normal", "truncated_normal"}; // in the order of Distribution

template <class Enum>
Enum chosen(const std::vector<std::string>& names, const std::string& name) {
    return static_cast<Enum>(std::find(names.begin(), names.end(), name) - names.begin());
}

struct VarianceScaling {
    double scale = 1.0;
    std::string mode = kModes[0];
    std::string distribution = kDistributions[2];
    std::optional<std::int64_t> seed;

    static Binding<VarianceScaling> binding() {
        Binding<VarianceScaling> b;
        b("scale", &VarianceScaling::scale, "Scale", "The variance is this, divided by the count that Mode names.").above(0);
        b("mode", &VarianceScaling::mode, "Mode", "What the variance is divided by: the numbers that go in, those that go out, or the mean of both.")
            .choices(kModes);
        b("distribution", &VarianceScaling::distribution, "Distribution", "Even, bell-shaped, or bell-shaped without what lies far out.")
            .choices(kDistributions);
        bindSeed(b);
        return b;
    }

    void fill(const InitializerTarget& target, const Random& random, Tensor& out) const {
        fillScaled(seeded(random, seed), target, scale, chosen<Fan>(kModes, mode), chosen<Distribution>(kDistributions, distribution), out);
    }
};

} // namespace

InitializerType variance_scaling() {
    InitializerType t;
    t.name = "VarianceScaling";
    t.title = "Variance scaling";
    t.help = "Random numbers scaled by the size of the layer; Glorot, He and LeCun are cases of it.";
    bindInitializer<VarianceScaling>(t);
    return t;
}

} // namespace weft::initializers
