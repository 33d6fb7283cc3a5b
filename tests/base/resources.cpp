// SPDX-License-Identifier: Apache-2.0
#include "engine/base/resources.h"

#include "tests/support/check.h"
#include "tests/support/temporary_folder.h"

#include <cstdlib>

using namespace weft;

TEST("a program of the build tree finds the resources of the sources") {
    const auto folder = resourceFolder();
    CHECK(std::filesystem::exists(folder / "data" / "iris" / "iris.csv"));
}

#ifndef _WIN32
TEST("WEFT_RESOURCES names another folder, and one that is not there is told") {
    weft::test::TemporaryFolder folder;
    ::setenv("WEFT_RESOURCES", folder.path().c_str(), 1);
    CHECK(resourceFolder() == folder.path());
    ::setenv("WEFT_RESOURCES", "/nowhere/at/all", 1);
    CHECK_THROWS_WITH("/nowhere/at/all", resourceFolder());
    ::unsetenv("WEFT_RESOURCES");
}
#endif
