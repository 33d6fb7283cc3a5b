// SPDX-License-Identifier: Apache-2.0
#include "engine/project/json_reader.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace weft {

bool JsonPlace::has(const char* key) const { return m_json.is_object() && m_json.contains(key) && !m_json[key].is_null(); }

JsonPlace JsonPlace::operator[](const char* key) const {
    requireObject();
    const auto found = m_json.find(key);
    if (found == m_json.end()) {
        throw Error(cat(m_what, ": ", m_path.empty() ? std::string("the top level") : m_path, " has no \"", key, "\"."));
    }
    return {*found, m_what, m_path.empty() ? std::string(key) : cat(m_path, ".", key)};
}

void JsonPlace::forEach(const std::function<void(const JsonPlace&)>& f) const {
    if (!m_json.is_array()) {
        refuse("a list");
    }
    for (std::size_t i = 0; i < m_json.size(); ++i) {
        f(JsonPlace(m_json[i], m_what, cat(m_path, "[", i, "]")));
    }
}

void JsonPlace::forEachMember(const std::function<void(const std::string&, const JsonPlace&)>& f) const {
    requireObject();
    for (const auto& [key, value] : m_json.items()) {
        f(key, JsonPlace(value, m_what, cat(m_path, ".", key)));
    }
}

std::string JsonPlace::text() const {
    if (!m_json.is_string()) {
        refuse("a text");
    }
    return m_json.get<std::string>();
}

bool JsonPlace::truth() const {
    if (!m_json.is_boolean()) {
        refuse("true or false");
    }
    return m_json.get<bool>();
}

double JsonPlace::number() const {
    if (!m_json.is_number()) {
        refuse("a number");
    }
    return m_json.get<double>();
}

std::int64_t JsonPlace::integer() const {
    const bool tooLarge = m_json.is_number_unsigned() && m_json.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!m_json.is_number_integer() || tooLarge) {
        refuse("an integer");
    }
    return m_json.get<std::int64_t>();
}

std::uint64_t JsonPlace::natural() const {
    if (!m_json.is_number_integer() || (!m_json.is_number_unsigned() && m_json.get<std::int64_t>() < 0)) {
        refuse("an integer that is not negative");
    }
    return m_json.get<std::uint64_t>();
}

std::string JsonPlace::name() const { return m_path.empty() ? m_what : cat(m_what, ": ", m_path); }

void JsonPlace::refuse(std::string_view expected) const { throw Error(cat(name(), " must be ", expected, "; it is ", m_json.type_name(), ".")); }

void JsonPlace::fail(const std::string& sentence) const { throw Error(cat(name(), " ", sentence)); }

void JsonPlace::requireObject() const {
    if (!m_json.is_object()) {
        refuse("an object");
    }
}

} // namespace weft
