// SPDX-License-Identifier: Apache-2.0
#define EIGEN_PEER eigenBaseline
#define Eigen Eigen_baseline // keeps the weak symbols of the three variants apart
#include "tests/bench/eigen_peer.h"
