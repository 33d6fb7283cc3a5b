// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/regularizers/regularizer_type.h"

#include <cmath>

namespace weft::regularizers {
namespace {

const std::vector<std::string> kModes = {"rows", "columns"};

struct OrthogonalRegularizer {
    double factor = 0.01;
    std::string mode = kModes[0];

    static Binding<OrthogonalRegularizer> binding() {
        Binding<OrthogonalRegularizer> b;
        b("factor", &OrthogonalRegularizer::factor, "Factor", "How strongly.").min(0);
        b("mode", &OrthogonalRegularizer::mode, "Mode", "Whether rows or columns of the matrix are to be at right angles to each other.").choices(kModes);
        return b;
    }
};

/// factor · ½ · Σ |u·v| / pairs, over all ordered pairs of different rows (or columns) u, v of length 1, where pairs = n (n - 1) / 2.
class Orthogonal final : public Regularizer {
public:
    explicit Orthogonal(const OrthogonalRegularizer& p) : m_factor(p.factor), m_rows(p.mode == kModes[0]) {}

    bool byElement() const override { return false; }
    std::string problem(const Shape& shape) const override {
        return shape.rank() == 2 ? std::string() : cat("it needs a matrix, but this has the shape ", shape.text(), ".");
    }

    double value(const Shape& shape, const float* x) const override {
        double sum = 0;
        forPairs(shape, x, [&](std::int64_t, std::int64_t, double cosine) { sum += std::fabs(cosine); });
        return m_factor * sum / pairs(shape);
    }

    void addGradient(const Shape& shape, const float* x, float factor, float* gradient) const override {
        const double scale = m_factor * static_cast<double>(factor) / pairs(shape);
        forPairs(shape, x, [&](std::int64_t a, std::int64_t b, double cosine) {
            const double sign = scale * ((cosine > 0) - (cosine < 0));
            const double ofA = inverse(shape, x, a);
            const double ofB = inverse(shape, x, b);
            for (std::int64_t k = 0; k < length(shape); ++k) {
                const double u = static_cast<double>(x[place(shape, a, k)]) * ofA;
                const double v = static_cast<double>(x[place(shape, b, k)]) * ofB;
                gradient[place(shape, a, k)] += static_cast<float>(sign * ofA * (v - cosine * u));
                gradient[place(shape, b, k)] += static_cast<float>(sign * ofB * (u - cosine * v));
            }
        });
    }

private:
    std::int64_t vectors(const Shape& shape) const { return shape[m_rows ? 0 : 1]; }
    std::int64_t length(const Shape& shape) const { return shape[m_rows ? 1 : 0]; }
    std::int64_t place(const Shape& shape, std::int64_t vector, std::int64_t k) const { return m_rows ? vector * shape[1] + k : k * shape[1] + vector; }
    double pairs(const Shape& shape) const {
        const auto n = static_cast<double>(vectors(shape));
        return n > 1 ? n * (n - 1) / 2 : 1;
    }
    double inverse(const Shape& shape, const float* x, std::int64_t vector) const {
        double squares = 0;
        for (std::int64_t k = 0; k < length(shape); ++k) {
            squares += static_cast<double>(x[place(shape, vector, k)]) * static_cast<double>(x[place(shape, vector, k)]);
        }
        return std::min(1 / std::sqrt(squares), 1e7);
    }
    /// Calls f(a, b, cosine between them) for every pair of different vectors once.
    template <class F>
    void forPairs(const Shape& shape, const float* x, F f) const {
        for (std::int64_t a = 0; a < vectors(shape); ++a) {
            for (std::int64_t b = a + 1; b < vectors(shape); ++b) {
                double product = 0;
                for (std::int64_t k = 0; k < length(shape); ++k) {
                    product += static_cast<double>(x[place(shape, a, k)]) * static_cast<double>(x[place(shape, b, k)]);
                }
                f(a, b, product * inverse(shape, x, a) * inverse(shape, x, b));
            }
        }
    }

    double m_factor;
    bool m_rows;
};

} // namespace

RegularizerType orthogonal_regularizer() {
    RegularizerType type;
    type.name = "OrthogonalRegularizer";
    type.title = "Orthogonal";
    type.help = "Wants the rows, or columns, of a matrix at right angles to each other.";
    type.formula = "factor · mean of |u · v| over pairs of rows u, v of length 1";
    bindRegularizer<OrthogonalRegularizer, Orthogonal>(type);
    return type;
}

} // namespace weft::regularizers
