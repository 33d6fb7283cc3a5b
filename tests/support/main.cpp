// SPDX-License-Identifier: Apache-2.0
#include "tests/support/check.h"

int main(int argc, char** argv) {
    using namespace weft::test;
    const std::string_view wanted = argc > 1 ? argv[1] : "";
    int run = 0;
    int failed = 0;
    for (const Case& c : cases()) {
        if (c.sentence.find(wanted) == std::string_view::npos) {
            continue;
        }
        ++run;
        const long before = failures;
        try {
            c.run();
        } catch (const Ended&) {
        } catch (const std::exception& e) {
            report(false, "exception", 0, std::string("an exception left the test: ") + e.what());
        } catch (...) {
            report(false, "exception", 0, "something that is no std::exception left the test");
        }
        const bool passed = failures == before;
        failed += passed ? 0 : 1;
        std::cerr << (passed ? "ok   " : "FAIL ") << c.sentence << "\n";
    }
    std::cerr << run << " tests, " << checks << " checks, " << failed << " tests failed\n";
    // A program that ran or checked nothing has shown nothing.
    return failed == 0 && run > 0 && checks > 0 ? 0 : 1;
}
