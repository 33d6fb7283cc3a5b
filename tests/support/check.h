// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cmath>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

/// A test framework in one header: `TEST("adds two numbers") { CHECK(1 + 1 == 2); }`. `tests/support/main.cpp` runs all
/// tests of the program, or those whose sentence contains the first argument. A failed check is reported and the test
/// goes on; REQUIRE ends its test. The checks may be used from several threads.
namespace weft::test {

struct Case {
    std::string_view sentence;
    void (*run)();
};

inline std::vector<Case>& cases() {
    static std::vector<Case> all;
    return all;
}

struct Registration {
    Registration(std::string_view sentence, void (*run)()) { cases().push_back({sentence, run}); }
};

inline std::atomic<long> checks{0};
inline std::atomic<long> failures{0};

/// Thrown by REQUIRE; caught by the runner.
struct Ended {};

template <class T>
std::string shown(const T& value) {
    std::ostringstream out;
    out.precision(17);
    if constexpr (requires { out << value; }) {
        out << value;
    } else {
        out << "(a value)";
    }
    return out.str();
}

inline bool report(bool passed, const char* file, int line, const std::string& text) {
    ++checks;
    if (!passed && ++failures <= 50) { // more would only bury the first
        std::ostringstream out;
        out << "  " << file << ":" << line << ": " << text << "\n";
        std::cerr << out.str();
    }
    return passed;
}

template <class A, class B>
bool checkEqual(const A& a, const B& b, const char* file, int line, const char* expression) {
    const bool passed = a == b;
    return report(passed, file, line, passed ? std::string() : std::string(expression) + ": " + shown(a) + " is not " + shown(b));
}

inline bool checkNear(double a, double b, double tolerance, const char* file, int line, const char* expression) {
    // Equal infinities have no difference; NaN is near nothing.
    const bool passed = a == b || std::fabs(a - b) <= tolerance;
    return report(passed, file, line,
                  passed ? std::string()
                         : std::string(expression) + ": " + shown(a) + " is not within " + shown(tolerance) + " of " + shown(b));
}

/// Runs `f`; passes if it throws a std::exception whose text contains `part`.
template <class F>
bool checkThrows(F&& f, std::string_view part, const char* file, int line, const char* expression) {
    std::string problem = std::string(expression) + ": did not throw";
    bool passed = false;
    try {
        f();
    } catch (const std::exception& e) {
        passed = std::string_view(e.what()).find(part) != std::string_view::npos;
        problem = std::string(expression) + ": threw \"" + e.what() + "\", which does not contain \"" + std::string(part) + "\"";
    }
    return report(passed, file, line, problem);
}

} // namespace weft::test

#define WEFT_TEST_JOIN_(a, b) a##b
#define WEFT_TEST_JOIN(a, b) WEFT_TEST_JOIN_(a, b)
#define WEFT_TEST_NAMED(function, sentence)                                                                                                \
    static void function();                                                                                                                \
    static const ::weft::test::Registration WEFT_TEST_JOIN(function, _registered)(sentence, &function);                                    \
    static void function()

/// TEST("a sentence that is true when the test passes") { ... }
#define TEST(sentence) WEFT_TEST_NAMED(WEFT_TEST_JOIN(weft_test_at_line_, __LINE__), sentence)

#define CHECK(...) ::weft::test::report(static_cast<bool>(__VA_ARGS__), __FILE__, __LINE__, #__VA_ARGS__)
#define CHECK_EQUAL(a, b) ::weft::test::checkEqual((a), (b), __FILE__, __LINE__, #a " == " #b)
#define CHECK_NEAR(a, b, tolerance) ::weft::test::checkNear((a), (b), (tolerance), __FILE__, __LINE__, #a " near " #b)
#define CHECK_THROWS(...) ::weft::test::checkThrows([&] { static_cast<void>(__VA_ARGS__); }, "", __FILE__, __LINE__, #__VA_ARGS__)
#define CHECK_THROWS_WITH(part, ...)                                                                                                       \
    ::weft::test::checkThrows([&] { static_cast<void>(__VA_ARGS__); }, (part), __FILE__, __LINE__, #__VA_ARGS__)
/// Ends the test when it does not hold (use where the rest would crash).
#define REQUIRE(...)                                                                                                                       \
    do {                                                                                                                                   \
        if (!CHECK(__VA_ARGS__)) {                                                                                                         \
            throw ::weft::test::Ended{};                                                                                                   \
        }                                                                                                                                  \
    } while (false)
