// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/kernels/table.h"
#include "engine/kernels/variant/convolution.h"
#include "engine/kernels/variant/convolution_gradient.h"
#include "engine/kernels/variant/dropout.h"
#include "engine/kernels/variant/elementwise.h"
#include "engine/kernels/variant/gemm.h"
#include "engine/kernels/variant/pooling.h"
#include "engine/kernels/variant/rows.h"

#ifdef WEFT_KERNEL_TABLE
namespace weft::kernels {

const Table WEFT_KERNEL_TABLE = {
    own::activate,
    own::activateGradient,
    own::gemm,
    own::columnSums,
    own::scaled,
    own::multiplied,
    own::sumOfSquares,
    own::dropout,
    own::convolution,
    own::convolutionInputGradient,
    own::convolutionKernelGradient,
    own::maxPooling,
    own::maxPoolingGradient,
    own::sgdStep,
    own::momentumStep,
    own::rmspropStep,
    own::adamStep,
};

} // namespace weft::kernels
#endif
