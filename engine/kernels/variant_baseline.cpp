// SPDX-License-Identifier: Apache-2.0
#define WEFT_KERNEL_TABLE tableBaseline
#include "engine/kernels/variant/all.h"
