// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace weft {

/// A place in untrusted JSON that knows its name, so that every mistake is said with it:
/// `project.json in a.weft: graphs[0].layers[2].name must be a text; it is number.`
/// Every accessor throws Error where the JSON is of another kind. The JSON must outlive the place.
class JsonPlace {
public:
    JsonPlace(const nlohmann::json& json, std::string what, std::string path = {}) : m_json(json), m_what(std::move(what)), m_path(std::move(path)) {}

    /// Whether this object has the key, with something other than null.
    bool has(const char* key) const;
    JsonPlace operator[](const char* key) const;
    void forEach(const std::function<void(const JsonPlace&)>& f) const;
    void forEachMember(const std::function<void(const std::string& key, const JsonPlace&)>& f) const;

    std::string text() const;
    bool truth() const;
    double number() const;
    std::int64_t integer() const;
    /// An integer that is not negative.
    std::uint64_t natural() const;

    std::string textOr(const char* key, std::string otherwise) const { return has(key) ? (*this)[key].text() : otherwise; }
    bool truthOr(const char* key, bool otherwise) const { return has(key) ? (*this)[key].truth() : otherwise; }
    double numberOr(const char* key, double otherwise) const { return has(key) ? (*this)[key].number() : otherwise; }
    std::int64_t integerOr(const char* key, std::int64_t otherwise) const { return has(key) ? (*this)[key].integer() : otherwise; }
    std::uint64_t naturalOr(const char* key, std::uint64_t otherwise) const { return has(key) ? (*this)[key].natural() : otherwise; }

    const nlohmann::json& json() const { return m_json; }
    std::string name() const;
    /// Throws: `NAME must be EXPECTED; it is KIND.`
    [[noreturn]] void refuse(std::string_view expected) const;
    /// Throws: `NAME SENTENCE`
    [[noreturn]] void fail(const std::string& sentence) const;

private:
    void requireObject() const;

    const nlohmann::json& m_json;
    std::string m_what;
    std::string m_path;
};

} // namespace weft
