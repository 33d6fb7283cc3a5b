// SPDX-License-Identifier: Apache-2.0
#define EIGEN_PEER eigenAvx2
#define Eigen Eigen_avx2 // keeps the weak symbols of the three variants apart
#include "tests/bench/eigen_peer.h"
