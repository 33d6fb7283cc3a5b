// SPDX-License-Identifier: Apache-2.0
#include "engine/initializers/distributions.h"

#include <algorithm>

namespace weft::initializers {
namespace {

struct Constant {
    double value = 0.0;

    static Binding<Constant> binding() {
        Binding<Constant> b;
        b("value", &Constant::value, "Value", "The number that every element gets.");
        return b;
    }

    void fill(const InitializerTarget&, const Random&, Tensor& out) const { std::ranges::fill(out.floats(), static_cast<float>(value)); }
};

} // namespace

InitializerType constant() {
    InitializerType t;
    t.name = "Constant";
    t.title = "Constant";
    t.help = "All numbers are the same.";
    bindInitializer<Constant>(t);
    return t;
}

} // namespace weft::initializers
