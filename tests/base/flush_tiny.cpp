// SPDX-License-Identifier: Apache-2.0
#include "engine/base/flush_tiny.h"
#include "engine/base/thread_pool.h"
#include "tests/support/check.h"

#include <array>

using namespace weft;

namespace {

float tinyProduct() {
    volatile float a = 1e-30f;
    volatile float b = 1e-10f;
    return a * b;
}

} // namespace

TEST("every task of a pool takes tiny numbers for 0, on every thread, and its caller does so no longer than the run") {
    CHECK(tinyProduct() > 0);
#if defined(__x86_64__) || defined(__aarch64__)
    for (const int threads : {1, 3}) {
        ThreadPool pool(threads);
        std::array<float, 500> products{};
        products.fill(1);
        pool.forEach(static_cast<std::int64_t>(products.size()), [&](std::int64_t i, int) { products[static_cast<std::size_t>(i)] = tinyProduct(); });
        for (const float product : products) {
            CHECK_EQUAL(product, 0.0f);
        }
    }
#endif
    CHECK(tinyProduct() > 0);
}
