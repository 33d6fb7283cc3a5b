// SPDX-License-Identifier: Apache-2.0
#include "engine/tensor/tensor.h"

#include "tests/support/check.h"

using namespace weft;

TEST("a tensor that was moved from can be copied, assigned and destroyed") {
    Tensor a({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6});
    const Tensor kept = std::move(a);
    const Tensor copy = a; // NOLINT: that is what is tested
    CHECK(copy.empty());
    Tensor assigned({4});
    assigned = a;
    CHECK(assigned.empty());
    a = kept;
    CHECK(a == kept);
}

TEST("a tensor without numbers keeps its shape when copied") {
    const Tensor none({0, 3}, DType::int32);
    const Tensor copy = none;
    CHECK(copy.shape() == (Shape{0, 3}));
    CHECK(copy.dtype() == DType::int32);
}
