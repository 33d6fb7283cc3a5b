// SPDX-License-Identifier: Apache-2.0
#define EIGEN_PEER eigenAvx512
#define Eigen Eigen_avx512 // keeps the weak symbols of the three variants apart
#include "tests/bench/eigen_peer.h"
