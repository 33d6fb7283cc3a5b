// SPDX-License-Identifier: Apache-2.0
#define WEFT_KERNEL_TABLE tableAvx2
#include "engine/kernels/variant/all.h"
