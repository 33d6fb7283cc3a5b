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

TEST("a number that an integer type does not hold becomes the nearest that it does hold, not another one") {
    Tensor wide(Shape{3}, DType::int64);
    wide.data<std::int64_t>()[0] = (std::int64_t{1} << 32) + 7;
    wide.data<std::int64_t>()[1] = -(std::int64_t{1} << 40);
    wide.data<std::int64_t>()[2] = 7;
    const Tensor narrow = wide.cast(DType::int32);
    CHECK(narrow.data<std::int32_t>()[0] == 2147483647);
    CHECK(narrow.data<std::int32_t>()[1] == -2147483647 - 1);
    CHECK(narrow.data<std::int32_t>()[2] == 7);
    Tensor real(Shape{3});
    real.data<float>()[0] = 1e30F;
    real.data<float>()[1] = -1e30F;
    real.data<float>()[2] = -2.7F;
    const Tensor cut = real.cast(DType::int32);
    CHECK(cut.data<std::int32_t>()[0] == 2147483647);
    CHECK(cut.data<std::int32_t>()[1] == -2147483647 - 1);
    CHECK(cut.data<std::int32_t>()[2] == -2);
}
