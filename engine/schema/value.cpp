// SPDX-License-Identifier: Apache-2.0
#include "engine/schema/value.h"

#include "engine/base/text.h"

namespace weft {

Value::Value(Object v) : m_data(std::make_shared<const Object>(std::move(v))) {}

std::optional<double> Value::asNumber() const {
    if (const auto* integer = asInteger()) {
        return static_cast<double>(*integer);
    }
    if (const auto* number = std::get_if<double>(&m_data)) {
        return *number;
    }
    return std::nullopt;
}

const Object* Value::asObject() const {
    const auto* pointer = std::get_if<std::shared_ptr<const Object>>(&m_data);
    return pointer ? pointer->get() : nullptr;
}

std::optional<std::vector<std::int64_t>> Value::asIntegers() const {
    const List* list = asList();
    if (!list) {
        return std::nullopt;
    }
    std::vector<std::int64_t> out;
    out.reserve(list->size());
    for (const Value& element : *list) {
        if (element.isNull()) {
            out.push_back(-1);
        } else if (const auto* integer = element.asInteger()) {
            out.push_back(*integer);
        } else {
            return std::nullopt;
        }
    }
    return out;
}

std::optional<std::vector<double>> Value::asNumbers() const {
    const List* list = asList();
    if (!list) {
        return std::nullopt;
    }
    std::vector<double> out;
    out.reserve(list->size());
    for (const Value& element : *list) {
        const auto number = element.asNumber();
        if (!number) {
            return std::nullopt;
        }
        out.push_back(*number);
    }
    return out;
}

std::string Value::text() const {
    if (isNull()) {
        return "none";
    }
    if (const bool* truth = asBool()) {
        return *truth ? "true" : "false";
    }
    if (const auto* integer = asInteger()) {
        return std::to_string(*integer);
    }
    if (const auto number = asNumber()) {
        return shortest(*number);
    }
    if (const auto* string = asText()) {
        return *string;
    }
    if (const Object* object = asObject()) {
        return snakeCase(object->type);
    }
    std::vector<std::string> parts;
    for (const Value& element : *asList()) {
        parts.push_back(element.text());
    }
    return cat("(", join(parts, ", "), parts.size() == 1 ? ",)" : ")");
}

bool operator==(const Value& a, const Value& b) {
    const Object* left = a.asObject();
    const Object* right = b.asObject();
    if (left && right) {
        return *left == *right;
    }
    return a.m_data == b.m_data;
}

} // namespace weft
