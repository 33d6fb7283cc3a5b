// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weft::test {

/// Blocks of memory asked for so far in this program, by operator new or (with glibc, without a sanitizer) by malloc.
long allocations();

} // namespace weft::test
