// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/keras_object.h"
#include "engine/tensor/tensor.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

/// The runner of the golden cases that real Keras computed. A case is a folder with `case.json` and arrays.
namespace weft::conformance {

using Json = nlohmann::json;

struct Tolerance {
    double relative = 0;
    double absolute = 0;
    /// |got - expected| <= absolute + relative * |expected|; two NaN are equal, as are equal infinities.
    bool holds(double got, double expected) const;
};

/// Losses in histories are sums of many rounded numbers.
inline constexpr Tolerance kHistory{1e-3, 1e-6};

class Case {
public:
    explicit Case(std::filesystem::path folder);

    const std::string& name() const { return m_name; }
    const Json& json() const { return m_json; }
    Tolerance tolerance() const { return m_tolerance; }
    const std::vector<std::string>& failures() const { return m_failures; }

    Json document(const std::string& file) const;
    bool hasFile(const std::string& file) const { return std::filesystem::exists(m_folder / file); }
    std::string text(const std::string& file) const;

    /// The array that `{"file", "shape", "dtype"}` refers to; fails the case where file and reference differ.
    Tensor array(const Json& reference);
    std::vector<Tensor> arrays(const Json& references);

    void fail(const std::string& sentence) { m_failures.push_back(sentence); }
    /// Fails where an object has a key that is not among these: the runner would pass it over.
    void expectKeys(const Json& object, std::initializer_list<const char*> keys, const std::string& where);
    /// The keys that every case may have, and these.
    void expectCaseKeys(std::initializer_list<const char*> keys);

    /// Shape, kind and numbers; fails with the largest difference and its place.
    void compare(const Tensor& got, const Tensor& expected, const std::string& where, Tolerance tolerance);
    void compare(const Tensor& got, const Tensor& expected, const std::string& where) { compare(got, expected, where, m_tolerance); }
    void compare(double got, double expected, const std::string& where, Tolerance tolerance);

private:
    std::filesystem::path m_folder;
    std::string m_name;
    Json m_json;
    Tolerance m_tolerance;
    std::vector<std::string> m_failures;
};

/// A float32 tensor with the numbers at `data`, for results that come as a pointer.
Tensor tensorOf(const Shape& shape, const void* data, DType dtype = DType::float32);

/// Every catalogue that the engine has, for reading what a case names.
std::optional<KerasType> allCatalogues(std::string_view catalogue, std::string_view name);

// One function per kind of case. They throw UnknownType where the case needs what no catalogue has.
void runForward(Case& c);
void runTrain(Case& c);
void runLoss(Case& c);
void runMetric(Case& c);
void runOptimizer(Case& c);
void runSchedule(Case& c);
void runRegularizer(Case& c);
void runConstraint(Case& c);

} // namespace weft::conformance
