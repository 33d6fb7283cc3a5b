// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/kernels.h"

namespace weft::kernels {

/// The functions of kernels.h as one instruction set has them. Only these tables have external linkage in the variants'
/// objects: everything else there is in unnamed namespaces, so that the linker cannot take a function of one
/// instruction set for the same function of another.
struct Table {
    decltype(&kernels::activate) activate;
    decltype(&kernels::activateGradient) activateGradient;
    decltype(&kernels::gemm) gemm;
    decltype(&kernels::columnSums) columnSums;
    decltype(&kernels::scaled) scaled;
    decltype(&kernels::multiplied) multiplied;
    decltype(&kernels::sumOfSquares) sumOfSquares;
    decltype(&kernels::dropout) dropout;
    decltype(&kernels::convolution) convolution;
    decltype(&kernels::convolutionInputGradient) convolutionInputGradient;
    decltype(&kernels::convolutionKernelGradient) convolutionKernelGradient;
    decltype(&kernels::maxPooling) maxPooling;
    decltype(&kernels::maxPoolingGradient) maxPoolingGradient;
    decltype(&kernels::sgdStep) sgdStep;
    decltype(&kernels::momentumStep) momentumStep;
    decltype(&kernels::rmspropStep) rmspropStep;
    decltype(&kernels::adamStep) adamStep;
};

extern const Table tableBaseline;
extern const Table tableAvx2;
extern const Table tableAvx512;

} // namespace weft::kernels
