// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/regularizers/regularizer_type.h"

#include <cmath>

namespace weft::regularizers {

/// l1 · Σ|x| + l2 · Σx².
class Elementwise final : public Regularizer {
public:
    Elementwise(double l1, double l2) : m_l1(l1), m_l2(l2) {}

    double value(const Shape& shape, const float* x) const override {
        double sizes = 0;
        double squares = 0;
        for (std::int64_t i = 0; i < shape.count(); ++i) {
            sizes += static_cast<double>(std::fabs(x[i]));
            squares += static_cast<double>(x[i]) * static_cast<double>(x[i]);
        }
        return m_l1 * sizes + m_l2 * squares;
    }

    void addGradient(const Shape& shape, const float* x, float factor, float* gradient) const override {
        const auto l1 = static_cast<float>(m_l1) * factor;
        const auto l2 = static_cast<float>(2 * m_l2) * factor;
        for (std::int64_t i = 0; i < shape.count(); ++i) {
            gradient[i] += l1 * static_cast<float>((x[i] > 0) - (x[i] < 0)) + l2 * x[i];
        }
    }

private:
    double m_l1, m_l2;
};

} // namespace weft::regularizers
