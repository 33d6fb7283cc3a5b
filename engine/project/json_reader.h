// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/error.h"
#include "engine/base/text.h"

#include <nlohmann/json.hpp>

#include <limits>
#include <string>

namespace weft {

/// A place in untrusted JSON that knows its name, so that every mistake is said with it:
/// `project.json in a.weft: graphs[0].layers[2].name must be a text; it is number.`
class JsonPlace {
public:
    JsonPlace(const nlohmann::json& json, std::string what, std::string path = {}) : m_json(json), m_what(std::move(what)), m_path(std::move(path)) {}

    bool has(const char* key) const { return m_json.is_object() && m_json.contains(key) && !m_json[key].is_null(); }
    JsonPlace operator[](const char* key) const {
        requireObject();
        const auto found = m_json.find(key);
        if (found == m_json.end()) {
            throw Error(cat(m_what, ": ", m_path.empty() ? std::string("the top level") : m_path, " has no \"", key, "\"."));
        }
        return {*found, m_what, m_path.empty() ? std::string(key) : cat(m_path, ".", key)};
    }

    template <class F>
    void forEach(F&& f) const {
        if (!m_json.is_array()) {
            refuse("a list");
        }
        for (std::size_t i = 0; i < m_json.size(); ++i) {
            f(JsonPlace(m_json[i], m_what, cat(m_path, "[", i, "]")));
        }
    }
    template <class F>
    void forEachMember(F&& f) const {
        requireObject();
        for (const auto& [key, value] : m_json.items()) {
            f(key, JsonPlace(value, m_what, cat(m_path, ".", key)));
        }
    }

    std::string text() const { return m_json.is_string() ? m_json.get<std::string>() : (refuse("a text"), std::string()); }
    bool truth() const { return m_json.is_boolean() ? m_json.get<bool>() : (refuse("true or false"), false); }
    double number() const { return m_json.is_number() ? m_json.get<double>() : (refuse("a number"), 0.0); }
    std::int64_t integer() const {
        const bool tooLarge = m_json.is_number_unsigned() && m_json.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        if (!m_json.is_number_integer() || tooLarge) {
            refuse("an integer");
        }
        return m_json.get<std::int64_t>();
    }
    std::uint64_t natural() const {
        if (!m_json.is_number_integer() || (!m_json.is_number_unsigned() && m_json.get<std::int64_t>() < 0)) {
            refuse("an integer that is not negative");
        }
        return m_json.get<std::uint64_t>();
    }

    std::string textOr(const char* key, std::string otherwise) const { return has(key) ? (*this)[key].text() : otherwise; }
    bool truthOr(const char* key, bool otherwise) const { return has(key) ? (*this)[key].truth() : otherwise; }
    double numberOr(const char* key, double otherwise) const { return has(key) ? (*this)[key].number() : otherwise; }
    std::int64_t integerOr(const char* key, std::int64_t otherwise) const { return has(key) ? (*this)[key].integer() : otherwise; }
    std::uint64_t naturalOr(const char* key, std::uint64_t otherwise) const { return has(key) ? (*this)[key].natural() : otherwise; }

    const nlohmann::json& json() const { return m_json; }
    std::string name() const { return m_path.empty() ? m_what : cat(m_what, ": ", m_path); }
    [[noreturn]] void refuse(std::string_view expected) const { throw Error(cat(name(), " must be ", expected, "; it is ", m_json.type_name(), ".")); }
    [[noreturn]] void fail(const std::string& sentence) const { throw Error(cat(name(), " ", sentence)); }

private:
    void requireObject() const {
        if (!m_json.is_object()) {
            refuse("an object");
        }
    }

    const nlohmann::json& m_json;
    std::string m_what;
    std::string m_path;
};

} // namespace weft
