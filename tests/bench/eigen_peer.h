// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/kernels.h"

#ifdef EIGEN_PEER
#include <Eigen/Core>

/// The product as Eigen computes it on one thread.
void EIGEN_PEER(const weft::kernels::Gemm& g) {
    using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::Map<const Matrix> a(g.a, g.transposeA ? g.k : g.m, g.transposeA ? g.m : g.k);
    const Eigen::Map<const Matrix> b(g.b, g.transposeB ? g.n : g.k, g.transposeB ? g.k : g.n);
    Eigen::Map<Matrix> c(g.c, g.m, g.n);
    if (g.transposeA) {
        c.noalias() = a.transpose() * b;
    } else if (g.transposeB) {
        c.noalias() = a * b.transpose();
    } else {
        c.noalias() = a * b;
    }
}
#endif
