// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/initializers/distributions.h"

#include <algorithm>

namespace weft::initializers {
namespace {

struct Identity {
    double gain = 1.0;

    static Binding<Identity> binding() {
        Binding<Identity> b;
        b("gain", &Identity::gain, "Gain", "The number on the diagonal.");
        return b;
    }

    void fill(const InitializerTarget&, const Random&, Tensor& out) const {
        const Shape& shape = out.shape();
        if (shape.rank() != 2) {
            throw Error(cat("Identity can fill weights of two dimensions, but this weight has the shape ", shape.text(), "."));
        }
        std::ranges::fill(out.floats(), 0.0F);
        for (std::int64_t i = 0; i < std::min(shape[0], shape[1]); ++i) {
            out.data<float>()[i * shape[1] + i] = static_cast<float>(gain);
        }
    }
};

} // namespace

InitializerType identity() {
    InitializerType t;
    t.name = "Identity";
    t.title = "Identity";
    t.help = "Ones on the diagonal and zeros elsewhere: what goes in comes out again. For weights of two dimensions.";
    t.aliases = {"IdentityInitializer"};
    bindInitializer<Identity>(t);
    return t;
}

} // namespace weft::initializers
