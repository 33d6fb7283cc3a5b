// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/support.h"

namespace weft::kernels {

namespace {

double at(const std::vector<float>& v, std::size_t i) { return static_cast<double>(v[i]); }

/// Positive numbers, as second moments are.
std::vector<float> squares(std::int64_t count, std::uint64_t seed) {
    std::vector<float> result = numbers(count, seed);
    for (float& v : result) {
        v *= v;
    }
    return result;
}

const std::vector<std::int64_t> counts{1, 7, 16, 33, 1000};

} // namespace

TEST("scaled and multiplied set or add") {
    for (const std::int64_t count : counts) {
        const std::vector<float> a = numbers(count, 1), b = numbers(count, 2), before = numbers(count, 3);
        for (const bool accumulate : {false, true}) {
            std::vector<float> s = before, m = before;
            scaled(0.3f, a.data(), s.data(), count, accumulate);
            multiplied(a.data(), b.data(), m.data(), count, accumulate);
            for (std::size_t i = 0; i < a.size(); ++i) {
                const double base = accumulate ? at(before, i) : 0;
                CHECK_NEAR(s[i], base + 0.3 * at(a, i), 1e-6);
                CHECK_NEAR(m[i], base + at(a, i) * at(b, i), 2e-6);
            }
        }
    }
}

TEST("sums of squares and of columns are exact enough for many rows") {
    for (const std::int64_t count : counts) {
        const std::vector<float> x = numbers(count, 4);
        double wanted = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            wanted += at(x, i) * at(x, i);
        }
        CHECK_NEAR(sumOfSquares(x.data(), count), wanted, 1e-12 * wanted);
    }
    CHECK_EQUAL(sumOfSquares(nullptr, 0), 0.0);
    for (const std::int64_t rows : {1, 63, 64, 65, 20000}) {
        const std::int64_t stride = 40;
        const std::vector<float> x = numbers(rows * stride, 5);
        for (const auto& [begin, end] : {std::pair<std::int64_t, std::int64_t>{0, 40}, {3, 20}, {39, 40}, {5, 5}}) {
            for (const bool accumulate : {false, true}) {
                std::vector<float> out(40, 0.5f);
                columnSums(x.data(), rows, stride, begin, end, out.data(), accumulate);
                for (std::int64_t j = 0; j < stride; ++j) {
                    const bool inside = j >= begin && j < end;
                    double wanted = inside && !accumulate ? 0.0 : 0.5;
                    for (std::int64_t row = 0; inside && row < rows; ++row) {
                        wanted += at(x, static_cast<std::size_t>(row * stride + j));
                    }
                    CHECK_NEAR(out[static_cast<std::size_t>(j)], wanted, 2e-7 * std::sqrt(static_cast<double>(rows)) * 16);
                }
            }
        }
    }
}

TEST("dropout keeps by the numbers of weft::Random, whatever the offset") {
    for (const std::uint64_t offset : {0ull, 1ull, 6ull, 63ull, 0x3ffffffffull}) {
        const std::int64_t count = 301;
        const std::vector<float> x = numbers(count, 6);
        const Random random(42, 7);
        for (const float rate : {0.0f, 0.1f, 0.5f, 0.9f}) {
            std::vector<float> y(x.size(), NAN), added(x.size(), 1.0f), cut(x.size());
            dropout(x.data(), y.data(), count, rate, 42, 7, offset, false);
            dropout(x.data(), added.data(), count, rate, 42, 7, offset, true);
            for (std::int64_t i = 0; i < count; i += 19) {
                dropout(x.data() + i, cut.data() + i, std::min<std::int64_t>(19, count - i), rate, 42, 7,
                        offset + static_cast<std::uint64_t>(i), false);
            }
            CHECK(sameBits(y, cut));
            for (std::size_t i = 0; i < x.size(); ++i) {
                const bool kept = random.uniform(offset + i) >= rate;
                CHECK_NEAR(y[i], kept ? at(x, i) / (1 - static_cast<double>(rate)) : 0.0, 1e-6 * std::fabs(static_cast<double>(y[i])));
                CHECK_NEAR(added[i], 1 + static_cast<double>(y[i]), 2e-6 * (1 + std::fabs(static_cast<double>(y[i]))));
            }
        }
    }
}

TEST("optimizer steps are their formulas") {
    for (const std::int64_t count : counts) {
        const std::vector<float> g = numbers(count, 10), w0 = numbers(count, 11), m0 = numbers(count, 12), v0 = squares(count, 13),
                                 top0 = squares(count, 14), a0 = std::vector<float>(g.size(), 0.01f);
        std::vector<float> w = w0;
        sgdStep(count, 0.1f, g.data(), w.data());
        for (std::size_t i = 0; i < w.size(); ++i) {
            CHECK_NEAR(w[i], at(w0, i) - 0.1 * at(g, i), 1e-6);
        }
        for (const bool nesterov : {false, true}) {
            w = w0;
            std::vector<float> m = m0;
            momentumStep(count, 0.1f, 0.9f, nesterov, g.data(), m.data(), w.data());
            for (std::size_t i = 0; i < w.size(); ++i) {
                const double moved = 0.9 * at(m0, i) - 0.1 * at(g, i);
                CHECK_NEAR(m[i], moved, 1e-6);
                CHECK_NEAR(w[i], at(w0, i) + (nesterov ? 0.9 * moved - 0.1 * at(g, i) : moved), 1e-6);
            }
        }
        for (int form = 0; form < 4; ++form) {
            const bool momentum = form & 1, centered = form & 2;
            w = w0;
            std::vector<float> v = v0, m = m0, a = a0;
            // Large v keeps v - a² away from 0, where no precision could be asked for.
            for (float& value : v) {
                value += 1;
            }
            const std::vector<float> vBefore = v;
            rmspropStep(count, {0.1f, 0.9f, 0.8f, 1e-7f}, g.data(), v.data(), momentum ? m.data() : nullptr, centered ? a.data() : nullptr,
                        w.data());
            for (std::size_t i = 0; i < w.size(); ++i) {
                const double velocity = 0.9 * at(vBefore, i) + 0.1 * at(g, i) * at(g, i);
                const double average = 0.9 * at(a0, i) + 0.1 * at(g, i);
                double step = 0.1 * at(g, i) / std::sqrt(velocity - (centered ? average * average : 0) + 1e-7);
                step += momentum ? 0.8 * at(m0, i) : 0;
                CHECK_NEAR(v[i], velocity, 1e-6 * velocity);
                CHECK_NEAR(a[i], centered ? average : at(a0, i), 1e-6);
                CHECK_NEAR(m[i], momentum ? step : at(m0, i), 2e-6);
                CHECK_NEAR(w[i], at(w0, i) - step, 2e-6);
            }
        }
        for (const bool amsgrad : {false, true}) {
            w = w0;
            std::vector<float> m = m0, v = v0, top = top0;
            adamStep(count, {0.01f, 0.9f, 0.999f, 1e-7f}, g.data(), m.data(), v.data(), amsgrad ? top.data() : nullptr, w.data());
            for (std::size_t i = 0; i < w.size(); ++i) {
                // 1 - 0.999f is 0.001 to six digits only
                const double moment = at(m0, i) + (at(g, i) - at(m0, i)) * (1 - static_cast<double>(0.9f));
                const double velocity = at(v0, i) + (at(g, i) * at(g, i) - at(v0, i)) * (1 - static_cast<double>(0.999f));
                const double used = amsgrad ? std::max(velocity, at(top0, i)) : velocity;
                CHECK_NEAR(m[i], moment, 1e-6);
                CHECK_NEAR(v[i], velocity, 1e-6 * (1 + velocity));
                CHECK_NEAR(top[i], amsgrad ? used : at(top0, i), 1e-6 * (1 + used));
                const double step = 0.01 * moment / (std::sqrt(used) + 1e-7);
                CHECK_NEAR(w[i], at(w0, i) - step, 1e-6 + 1e-5 * std::fabs(step));
            }
        }
    }
}

TEST("where a range is cut does not show in the bits of an optimizer step") {
    const std::int64_t count = 133;
    const std::vector<float> g = numbers(count, 20);
    std::vector<float> w = numbers(count, 21), m = numbers(count, 22), v = squares(count, 23);
    std::vector<float> cutW = w, cutM = m, cutV = v;
    adamStep(count, {0.01f, 0.9f, 0.999f, 1e-7f}, g.data(), m.data(), v.data(), nullptr, w.data());
    momentumStep(count, 0.01f, 0.9f, true, g.data(), m.data(), w.data());
    for (std::int64_t i = 0; i < count; i += 19) {
        const std::int64_t part = std::min<std::int64_t>(19, count - i);
        adamStep(part, {0.01f, 0.9f, 0.999f, 1e-7f}, g.data() + i, cutM.data() + i, cutV.data() + i, nullptr, cutW.data() + i);
        momentumStep(part, 0.01f, 0.9f, true, g.data() + i, cutM.data() + i, cutW.data() + i);
    }
    CHECK(sameBits(w, cutW));
    CHECK(sameBits(m, cutM));
    CHECK(sameBits(v, cutV));
}

} // namespace weft::kernels
