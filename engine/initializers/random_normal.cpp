// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/distributions.h"

namespace weft::initializers {
namespace {

struct RandomNormal {
    double mean = 0.0;
    double stddev = 0.05;
    std::optional<std::int64_t> seed;

    static Binding<RandomNormal> binding() {
        Binding<RandomNormal> b;
        b("mean", &RandomNormal::mean, "Mean", "The middle of the bell.");
        b("stddev", &RandomNormal::stddev, "Standard deviation", "The width of the bell: two thirds of the numbers lie within it.").min(0);
        bindSeed(b);
        return b;
    }

    void fill(const InitializerTarget&, const Random& random, Tensor& out) const { fillNormal(seeded(random, seed), mean, stddev, out); }
};

} // namespace

InitializerType random_normal() {
    InitializerType t;
    t.name = "RandomNormal";
    t.title = "Random normal";
    t.help = "Bell-shaped random numbers whose width you set yourself.";
    t.aliases = {"normal"};
    bindInitializer<RandomNormal>(t);
    return t;
}

} // namespace weft::initializers
