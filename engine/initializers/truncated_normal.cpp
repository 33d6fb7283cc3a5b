// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/distributions.h"

namespace weft::initializers {
namespace {

struct TruncatedNormal {
    double mean = 0.0;
    double stddev = 0.05;
    std::optional<std::int64_t> seed;

    static Binding<TruncatedNormal> binding() {
        Binding<TruncatedNormal> b;
        b("mean", &TruncatedNormal::mean, "Mean", "The middle of the bell.");
        b("stddev", &TruncatedNormal::stddev, "Standard deviation", "The width of the bell before it is cut off at twice this width.").min(0);
        bindSeed(b);
        return b;
    }

    void fill(const InitializerTarget&, const Random& random, Tensor& out) const { fillTruncatedNormal(seeded(random, seed), mean, stddev, out); }
};

} // namespace

InitializerType truncated_normal() {
    InitializerType t;
    t.name = "TruncatedNormal";
    t.title = "Truncated normal";
    t.help = "Bell-shaped random numbers; any that lies further out than two standard deviations is drawn again.";
    bindInitializer<TruncatedNormal>(t);
    return t;
}

} // namespace weft::initializers
