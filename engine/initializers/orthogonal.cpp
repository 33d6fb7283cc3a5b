// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/initializers/distributions.h"

#include <algorithm>
#include <cmath>

namespace weft::initializers {
namespace {

/// The orthonormal factor Q (rows x columns, rows >= columns, C order) of a random normal matrix, each column times the sign
/// of R's diagonal, so that Q is drawn evenly from all such matrices (Mezzadri, "How to generate random matrices from the
/// classical compact groups", 2007). Householder's method, in doubles.
std::vector<double> orthonormalColumns(const Random& random, std::size_t rows, std::size_t columns) {
    // By columns, so that both loops below run along memory.
    std::vector<double> a(rows * columns);
    for (std::size_t i = 0; i < a.size(); ++i) {
        a[i] = static_cast<double>(random.normal(i));
    }
    const auto reflect = [&](const double* v, double* x, std::size_t from) {
        double dot = 0;
        for (std::size_t r = from; r < rows; ++r) {
            dot += v[r] * x[r];
        }
        for (std::size_t r = from; r < rows; ++r) {
            x[r] -= 2 * dot * v[r];
        }
    };
    std::vector<double> signs(columns);
    for (std::size_t c = 0; c < columns; ++c) {
        double* v = &a[c * rows]; // becomes the unit vector of the reflection
        double squares = 0;
        for (std::size_t r = c; r < rows; ++r) {
            squares += v[r] * v[r];
        }
        const double norm = std::sqrt(squares);
        const double diagonal = v[c] < 0 ? norm : -norm; // of R; the sign that avoids cancellation
        signs[c] = diagonal < 0 ? -1 : 1;
        v[c] -= diagonal;
        const double length = std::sqrt(2 * norm * (norm + std::fabs(v[c] + diagonal)));
        for (std::size_t r = c; r < rows; ++r) {
            v[r] = length > 0 ? v[r] / length : 0;
        }
        for (std::size_t k = c + 1; k < columns; ++k) {
            reflect(v, &a[k * rows], c);
        }
    }
    std::vector<double> q(rows * columns, 0.0);
    for (std::size_t c = 0; c < columns; ++c) {
        double* x = &q[c * rows];
        x[c] = signs[c];
        for (std::size_t k = columns; k-- > 0;) {
            reflect(&a[k * rows], x, k);
        }
    }
    return q; // by columns
}

struct Orthogonal {
    double gain = 1.0;
    std::optional<std::int64_t> seed;

    static Binding<Orthogonal> binding() {
        Binding<Orthogonal> b;
        b("gain", &Orthogonal::gain, "Gain", "Factor by which all numbers are multiplied.");
        bindSeed(b);
        return b;
    }

    void fill(const InitializerTarget&, const Random& random, Tensor& out) const {
        const Shape& shape = out.shape();
        if (shape.rank() < 2) {
            throw Error(cat("Orthogonal can fill weights of two or more dimensions, but this weight has the shape ", shape.text(), "."));
        }
        const auto columns = static_cast<std::size_t>(shape.back());
        const std::size_t rows = columns == 0 ? 0 : static_cast<std::size_t>(out.size()) / columns;
        const std::size_t longer = std::max(rows, columns);
        const std::vector<double> q = orthonormalColumns(seeded(random, seed), longer, std::min(rows, columns));
        const auto numbers = out.floats();
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t c = 0; c < columns; ++c) {
                numbers[r * columns + c] = static_cast<float>(gain * (rows >= columns ? q[c * longer + r] : q[r * longer + c]));
            }
        }
    }
};

} // namespace

InitializerType orthogonal() {
    InitializerType t;
    t.name = "Orthogonal";
    t.title = "Orthogonal";
    t.help = "A random rotation: what comes out is as long as what came in. Usual for the recurrent kernels of LSTM and GRU.";
    t.aliases = {"OrthogonalInitializer"};
    bindInitializer<Orthogonal>(t);
    return t;
}

} // namespace weft::initializers
