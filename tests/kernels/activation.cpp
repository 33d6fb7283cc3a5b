// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/support.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>

namespace weft::kernels {

namespace {

double normalBelow(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); }
double clip(double x, double low, double high) { return std::min(std::max(x, low), high); }

/// Keras' definitions, in double precision.
const std::map<std::string_view, std::function<double(double)>>& definitions() {
    static const std::map<std::string_view, std::function<double(double)>> all{
        {"linear", [](double x) { return x; }},
        {"relu", [](double x) { return std::max(x, 0.0); }},
        {"relu6", [](double x) { return clip(x, 0, 6); }},
        {"leaky_relu", [](double x) { return x > 0 ? x : 0.2 * x; }},
        {"elu", [](double x) { return x > 0 ? x : std::expm1(x); }},
        {"celu", [](double x) { return x > 0 ? x : std::expm1(x); }},
        {"selu", [](double x) { return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * std::expm1(x)); }},
        {"gelu", [](double x) { return x * normalBelow(x); }},
        {"sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); }},
        {"hard_sigmoid", [](double x) { return clip(x / 6 + 0.5, 0, 1); }},
        {"log_sigmoid", [](double x) { return -softplus(-x); }},
        {"tanh", [](double x) { return std::tanh(x); }},
        {"hard_tanh", [](double x) { return clip(x, -1, 1); }},
        {"tanh_shrink", [](double x) { return std::fabs(x) > 0.01 ? x - std::tanh(x) : x * x * x * (1.0 / 3 - x * x * (2.0 / 15)); }},
        {"softplus", softplus},
        {"softsign", [](double x) { return x / (1 + std::fabs(x)); }},
        {"silu", [](double x) { return x / (1 + std::exp(-x)); }},
        {"hard_silu", [](double x) { return x * clip(x / 6 + 0.5, 0, 1); }},
        {"mish", [](double x) { return x * std::tanh(softplus(x)); }},
        {"exponential", [](double x) { return std::exp(x); }},
        {"hard_shrink", [](double x) { return std::fabs(x) > 0.5 ? x : 0; }},
        {"soft_shrink", [](double x) { return x > 0.5    ? x - 0.5
                                              : x < -0.5 ? x + 0.5
                                                         : 0; }},
        {"squareplus", [](double x) { return x < 0 ? 2 / (std::sqrt(x * x + 4) - x) : (x + std::sqrt(x * x + 4)) / 2; }},
        {"sparse_plus", [](double x) { return x <= -1 ? 0
                                              : x < 1 ? (x + 1) * (x + 1) / 4
                                                      : x; }},
        {"sparse_sigmoid", [](double x) { return clip((x + 1) / 2, 0, 1); }},
    };
    return all;
}

Activation named(std::string_view name) {
    Activation a{};
    REQUIRE(activationNamed(name, a));
    return a;
}

bool alongRow(Activation a) { return a == Activation::softmax || a == Activation::log_softmax || a == Activation::sparsemax; }

std::vector<float> gradient(Activation a, const std::vector<float>& x, const std::vector<float>& y, const std::vector<float>& dy,
                            std::int64_t rows) {
    std::vector<float> dx(x.size());
    activateGradient(a, gradientNeedsInput(a) ? x.data() : nullptr, y.data(), dy.data(), dx.data(), rows,
                     static_cast<std::int64_t>(x.size()) / rows, false);
    return dx;
}

} // namespace

TEST("outputs and gradients are Keras' own") {
    std::ifstream in(WEFT_TESTS_DIR "/kernels/data/activations.txt");
    std::string line;
    std::getline(in, line);
    int cases = 0;
    for (std::string name; in >> name;) {
        std::size_t rows = 0, columns = 0;
        in >> rows >> columns;
        std::vector<float> x(rows * columns), dy(x), wantedY(x), wantedDx(x);
        for (std::vector<float>* values : {&x, &dy, &wantedY, &wantedDx}) {
            for (float& value : *values) {
                in >> value;
            }
        }
        REQUIRE(in.good());
        const Activation a = named(name);
        std::vector<float> y(x.size());
        activate(a, x.data(), y.data(), static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns));
        const double output = worstDifference(y, wantedY);
        const double slope = worstDifference(gradient(a, x, y, dy, static_cast<std::int64_t>(rows)), wantedDx);
        // Keras' x + sqrt(x² + 4) in single precision loses a digit where x is far below 0.
        if (!CHECK(output < (name == "squareplus" ? 2e-6 : 1e-6)) || !CHECK(slope < 2e-6)) {
            std::cerr << "    " << name << ": output " << output << ", gradient " << slope << "\n";
        }
        ++cases;
    }
    CHECK_EQUAL(cases, 28);
}

TEST("elementwise functions are exact to a few units in the last place over their whole range") {
    for (const auto& [name, f] : definitions()) {
        const Activation a = named(name);
        std::vector<float> x;
        for (double v = -100; v <= 88; v += 0.0137) {
            x.push_back(static_cast<float>(v));
        }
        for (float v = 1e-7f; v < 2; v *= 1.1f) {
            x.push_back(v);
            x.push_back(-v);
        }
        std::vector<float> y(x.size());
        activate(a, x.data(), y.data(), 1, static_cast<std::int64_t>(x.size()));
        double worst = 0;
        float at = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double wanted = f(static_cast<double>(x[i]));
            // Below the smallest normal number relative precision ends; Phi's tail loses a digit by rounding x².
            const double scale = std::max(std::fabs(wanted), a == Activation::gelu ? 1e-7 : 1e-37);
            const double error = std::fabs(static_cast<double>(y[i]) - wanted) / scale;
            if (!(error <= worst)) {
                worst = error;
                at = x[i];
            }
        }
        // x/6 + 1/2 and (x+1)/2 cancel at their left ends, in Keras too.
        const bool cancels = name == "hard_sigmoid" || name == "hard_silu" || name == "sparse_sigmoid" || name == "sparse_plus";
        const double limit = cancels ? 1e-4 : name == "gelu" ? 3e-6 : 1e-6;
        if (!CHECK(worst < limit)) {
            std::cerr << "    " << name << ": " << worst << " at " << at << "\n";
        }
    }
}

TEST("gradients of elementwise functions are finite differences") {
    for (const auto& [name, f] : definitions()) {
        const Activation a = named(name);
        std::vector<float> x;
        for (double v = -8.013; v <= 8; v += 0.0173) {
            const double edge = std::min(
                {std::fabs(std::fabs(v) - 1), std::fabs(std::fabs(v) - 3), std::fabs(std::fabs(v) - 0.5), std::fabs(v), std::fabs(v - 6)});
            if (edge > 2e-3) { // where some of them have a corner
                x.push_back(static_cast<float>(v));
            }
        }
        std::vector<float> y(x.size());
        const std::vector<float> dy(x.size(), 1.0f);
        activate(a, x.data(), y.data(), 1, static_cast<std::int64_t>(x.size()));
        const std::vector<float> dx = gradient(a, x, y, dy, 1);
        std::vector<double> wanted;
        for (const float v : x) {
            wanted.push_back((f(static_cast<double>(v) + 1e-5) - f(static_cast<double>(v) - 1e-5)) / 2e-5);
        }
        const double worst = worstDifference(dx, wanted);
        if (!CHECK(worst < 2e-6)) {
            std::cerr << "    " << name << ": " << worst << "\n";
        }
    }
}

TEST("softmax and log softmax hold their definitions for any length of row") {
    for (const std::int64_t columns : {1, 2, 10, 16, 33, 1000}) {
        const std::int64_t rows = 3;
        std::vector<float> x = numbers(rows * columns, 7);
        for (float& v : x) {
            v *= 3;
        }
        x[0] += 80; // would overflow without the shift by the largest
        std::vector<float> soft(x.size()), logs(x.size());
        activate(Activation::softmax, x.data(), soft.data(), rows, columns);
        activate(Activation::log_softmax, x.data(), logs.data(), rows, columns);
        for (std::int64_t row = 0; row < rows; ++row) {
            const float* const in = x.data() + row * columns;
            double top = -INFINITY, total = 0;
            for (std::int64_t j = 0; j < columns; ++j) {
                top = std::max(top, static_cast<double>(in[j]));
            }
            for (std::int64_t j = 0; j < columns; ++j) {
                total += std::exp(static_cast<double>(in[j]) - top);
            }
            for (std::int64_t j = 0; j < columns; ++j) {
                const std::size_t at = static_cast<std::size_t>(row * columns + j);
                const double below = top - static_cast<double>(in[j]);
                const double wanted = std::exp(-below) / total;
                // x - top is rounded to a unit of its own last place.
                CHECK_NEAR(soft[at], wanted, (1e-6 + 1e-7 * below) * wanted + 1e-37);
                CHECK_NEAR(logs[at], -below - std::log(total), 1e-5);
            }
        }
    }
}

TEST("sparsemax is Keras' formula") {
    for (const std::int64_t columns : {1, 2, 10, 33}) {
        std::vector<float> x = numbers(columns, 8), y(x.size());
        for (float& v : x) {
            v = v * 0.3f - 1;
        }
        activate(Activation::sparsemax, x.data(), y.data(), 1, columns);
        std::vector<double> sorted(x.begin(), x.end());
        std::sort(sorted.rbegin(), sorted.rend());
        double running = 0, total = 0;
        int size = 0;
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            running += sorted[i];
            if (sorted[i] - (running - 1) / static_cast<double>(i + 1) > 0) {
                total += running;
                ++size;
            }
        }
        for (std::size_t j = 0; j < x.size(); ++j) {
            CHECK_NEAR(y[j], std::max(0.0, static_cast<double>(x[j]) - (total - 1) / size), 1e-6);
        }
    }
}

TEST("gradients of functions along a row are finite differences") {
    for (const Activation a : {Activation::softmax, Activation::log_softmax, Activation::sparsemax}) {
        for (const std::int64_t columns : {2, 5, 19}) {
            std::vector<float> x = numbers(columns, 9), y(x.size());
            const std::vector<float> dy = numbers(columns, 10);
            for (float& v : x) {
                v = v * 0.5f - 2;
            }
            activate(a, x.data(), y.data(), 1, columns);
            const std::vector<float> dx = gradient(a, x, y, dy, 1);
            const auto total = [&](std::size_t at, float shift) {
                std::vector<float> moved = x;
                moved[at] += shift;
                activate(a, moved.data(), moved.data(), 1, columns);
                double sum = 0;
                for (std::size_t j = 0; j < moved.size(); ++j) {
                    sum += static_cast<double>(moved[j]) * static_cast<double>(dy[j]);
                }
                return sum;
            };
            for (std::size_t j = 0; j < x.size(); ++j) {
                CHECK_NEAR(dx[j], (total(j, 0x1p-8f) - total(j, -0x1p-8f)) / 0x1p-7, 1e-3);
            }
        }
    }
}

TEST("gradients accumulate, work in place, and do not depend on where a range is cut") {
    for (const std::string_view name : activationNames()) {
        const Activation a = named(name);
        const std::int64_t rows = 4, columns = 37;
        const std::vector<float> x = numbers(rows * columns, 11), dy = numbers(rows * columns, 12);
        std::vector<float> y(x.size());
        activate(a, x.data(), y.data(), rows, columns);
        std::vector<float> inPlace = x;
        activate(a, inPlace.data(), inPlace.data(), rows, columns);
        CHECK(sameBits(inPlace, y));

        const std::vector<float> dx = gradient(a, x, y, dy, rows);
        std::vector<float> over = dy;
        activateGradient(a, x.data(), y.data(), over.data(), over.data(), rows, columns, false);
        CHECK(sameBits(over, dx));

        std::vector<float> added(x.size(), 2.0f), wanted(dx);
        activateGradient(a, x.data(), y.data(), dy.data(), added.data(), rows, columns, true);
        for (float& v : wanted) {
            v += 2.0f;
        }
        CHECK(worstDifference(added, wanted) < 1e-6);

        if (!alongRow(a)) {
            std::vector<float> cut(x.size()), cutGradient(x.size());
            for (std::int64_t i = 0; i < rows * columns; i += 13) {
                const std::int64_t part = std::min<std::int64_t>(13, rows * columns - i);
                activate(a, x.data() + i, cut.data() + i, 1, part);
                activateGradient(a, x.data() + i, y.data() + i, dy.data() + i, cutGradient.data() + i, 1, part, false);
            }
            CHECK(sameBits(cut, y));
            CHECK(sameBits(cutGradient, dx));
        }
    }
}

TEST("NaN stays NaN and infinities have their limits") {
    const std::map<std::string_view, std::pair<double, double>> limits{
        {"relu", {0, INFINITY}},
        {"relu6", {0, 6}},
        {"elu", {-1, INFINITY}},
        {"gelu", {0, INFINITY}},
        {"sigmoid", {0, 1}},
        {"hard_sigmoid", {0, 1}},
        {"tanh", {-1, 1}},
        {"softplus", {0, INFINITY}},
        {"silu", {0, INFINITY}},
        {"mish", {0, INFINITY}},
        {"exponential", {0, INFINITY}},
        {"hard_silu", {0, INFINITY}},
        {"sparse_plus", {0, INFINITY}},
        {"squareplus", {0, INFINITY}},
        {"log_sigmoid", {-INFINITY, 0}},
    };
    for (const std::string_view name : activationNames()) {
        const Activation a = named(name);
        std::vector<float> x{NAN, 1.0f, -INFINITY, INFINITY}, y(4);
        activate(a, x.data(), y.data(), alongRow(a) ? 1 : 4, alongRow(a) ? 4 : 1);
        if (!CHECK(std::isnan(y[0]))) {
            std::cerr << "    " << name << "\n";
        }
        if (const auto found = limits.find(name); found != limits.end()) {
            if (!CHECK_NEAR(y[2], found->second.first, 1e-30) || !CHECK_NEAR(y[3], found->second.second, 1e-30)) {
                std::cerr << "    " << name << "\n";
            }
        }
    }
}

TEST("names are Keras', each stands for itself, and what there is not is not found") {
    for (std::size_t i = 0; i < activationNames().size(); ++i) {
        CHECK_EQUAL(static_cast<std::size_t>(named(activationNames()[i])), i);
    }
    CHECK(named("relu") == Activation::relu);
    CHECK(named("sparsemax") == Activation::sparsemax);
    CHECK(named("swish") == Activation::silu);
    CHECK(named("hard_swish") == Activation::hard_silu);
    Activation a{};
    CHECK(!activationNamed("glu", a));
    CHECK(!activationNamed("", a));
}

} // namespace weft::kernels
