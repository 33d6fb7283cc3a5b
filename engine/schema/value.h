// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weft {

class Value;
/// Parameters by name; a name that is absent means the schema's default.
using ParamMap = std::map<std::string, Value, std::less<>>;
struct Object;

/// One parameter's value: nothing (`None`), a truth, an integer, a number, a text, a list, or a named
/// object with parameters of its own (an initializer, a loss, a schedule). A value type; objects are immutable and shared.
class Value {
public:
    using List = std::vector<Value>;

    Value() = default;
    Value(bool v) : m_data(v) {}
    Value(int v) : m_data(std::int64_t{v}) {}
    Value(std::int64_t v) : m_data(v) {}
    Value(double v) : m_data(v) {}
    Value(const char* v) : m_data(std::string(v)) {}
    Value(std::string v) : m_data(std::move(v)) {}
    Value(std::string_view v) : m_data(std::string(v)) {}
    Value(List v) : m_data(std::move(v)) {}
    Value(const std::vector<std::int64_t>& v) : m_data(List(v.begin(), v.end())) {}
    Value(Object v);

    bool isNull() const { return std::holds_alternative<std::monostate>(m_data); }
    const bool* asBool() const { return std::get_if<bool>(&m_data); }
    const std::int64_t* asInteger() const { return std::get_if<std::int64_t>(&m_data); }
    /// An integer or a real number, as a double.
    std::optional<double> asNumber() const;
    const std::string* asText() const { return std::get_if<std::string>(&m_data); }
    const List* asList() const { return std::get_if<List>(&m_data); }
    const Object* asObject() const;
    /// A list whose elements are all integers; `null` elements read as -1 (an unknown dimension).
    std::optional<std::vector<std::int64_t>> asIntegers() const;

    /// A list whose elements are all numbers.
    std::optional<std::vector<double>> asNumbers() const;

    /// As a person writes it: `0.2`, `same`, `(2, 2)`, `glorot_uniform`, `none`.
    std::string text() const;

    friend bool operator==(const Value& a, const Value& b);

private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, List, std::shared_ptr<const Object>> m_data;
};

/// A named thing from a catalogue with its parameters: `{"GlorotUniform", {{"seed", 3}}}`.
struct Object {
    std::string type;
    ParamMap params;
    friend bool operator==(const Object&, const Object&) = default;
};

} // namespace weft
