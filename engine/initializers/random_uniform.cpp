// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/distributions.h"

namespace weft::initializers {
namespace {

struct RandomUniform {
    double minval = -0.05;
    double maxval = 0.05;
    std::optional<std::int64_t> seed;

    static Binding<RandomUniform> binding() {
        Binding<RandomUniform> b;
        b("minval", &RandomUniform::minval, "Minimum", "The smallest number.");
        b("maxval", &RandomUniform::maxval, "Maximum", "No number is larger.");
        bindSeed(b);
        return b;
    }

    void fill(const InitializerTarget&, const Random& random, Tensor& out) const { fillUniform(seeded(random, seed), minval, maxval, out); }
};

} // namespace

InitializerType random_uniform() {
    InitializerType t;
    t.name = "RandomUniform";
    t.title = "Random uniform";
    t.help = "Random numbers, every one between two limits equally likely.";
    t.aliases = {"uniform"};
    bindInitializer<RandomUniform>(t);
    return t;
}

} // namespace weft::initializers
