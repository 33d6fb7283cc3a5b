// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/schema/parameter.h"

#include <functional>
#include <type_traits>

namespace weft {

/// Ties the members of a plain struct to schema entries, so that a member's initialiser is the only place where a
/// default is written.
///
///     struct Dense {
///         std::int64_t units = 32;
///         static Binding<Dense> binding() {
///             Binding<Dense> b;
///             b("units", &Dense::units, "Units", "Size of the output.").min(1).required();
///             return b;
///         }
///     };
///
/// Member types and their kinds: int64_t integer, double number, bool boolean, std::string text (choice once
/// `choices` is given), std::vector<int64_t> integers, std::vector<double> numbers, Object object; std::optional of any of these is optional.
template <class T>
class Binding {
public:
    /// Refines the entry added last.
    class Entry {
    public:
        explicit Entry(Parameter& p) : m_p(p) {}
        Entry& min(double v) { m_p.minimum = v; return *this; }
        Entry& max(double v) { m_p.maximum = v; return *this; }
        Entry& above(double v) { m_p.minimum = v; m_p.minimumExcluded = true; return *this; }
        Entry& below(double v) { m_p.maximum = v; m_p.maximumExcluded = true; return *this; }
        Entry& choices(std::vector<std::string> v) { m_p.kind = ParamKind::choice; m_p.choices = std::move(v); return *this; }
        Entry& length(int n) { m_p.length = n; return *this; }
        Entry& unknownAllowed() { m_p.unknownAllowed = true; return *this; }
        Entry& required() { m_p.required = true; return *this; }
        Entry& advanced() { m_p.advanced = true; return *this; }
        Entry& from(std::string catalogue) { m_p.catalogue = std::move(catalogue); return *this; }
        Entry& kerasObject(std::string parameter) { m_p.kerasObject = std::move(parameter); return *this; }
        Entry& when(std::string name, Value value) { m_p.appliesWhenName = std::move(name); m_p.appliesWhenValue = std::move(value); return *this; }

    private:
        Parameter& m_p;
    };

    template <class Member>
    Entry operator()(const char* name, Member T::*member, const char* label, const char* help) {
        Parameter p;
        p.name = name;
        p.label = label;
        p.help = help;
        p.defaultValue = toValue(T{}.*member);
        p.optional = IsOptional<Member>::value;
        p.kind = kindOf(static_cast<const typename IsOptional<Member>::Inner*>(nullptr));
        m_schema.push_back(std::move(p));
        m_setters.push_back([member](T& object, const Value& value) { fromValue(value, object.*member); });
        m_getters.push_back([member](const T& object) { return toValue(object.*member); });
        return Entry(m_schema.back());
    }

    const Schema& schema() const { return m_schema; }

    /// The struct with these parameters; `params` must have passed `validate`.
    T read(const ParamMap& params) const {
        T object;
        for (std::size_t i = 0; i < m_schema.size(); ++i) {
            if (const auto found = params.find(m_schema[i].name); found != params.end()) {
                m_setters[i](object, found->second);
            }
        }
        return object;
    }

    /// Every parameter of the struct.
    ParamMap write(const T& object) const {
        ParamMap params;
        for (std::size_t i = 0; i < m_schema.size(); ++i) {
            params[m_schema[i].name] = m_getters[i](object);
        }
        return params;
    }

private:
    template <class M> struct IsOptional : std::false_type { using Inner = M; };
    template <class M> struct IsOptional<std::optional<M>> : std::true_type { using Inner = M; };

    static ParamKind kindOf(const std::int64_t*) { return ParamKind::integer; }
    static ParamKind kindOf(const double*) { return ParamKind::number; }
    static ParamKind kindOf(const bool*) { return ParamKind::boolean; }
    static ParamKind kindOf(const std::string*) { return ParamKind::text; }
    static ParamKind kindOf(const std::vector<std::int64_t>*) { return ParamKind::integers; }
    static ParamKind kindOf(const std::vector<double>*) { return ParamKind::numbers; }
    static ParamKind kindOf(const Object*) { return ParamKind::object; }

    template <class M> static Value toValue(const M& member) { return Value(member); }
    template <class M> static Value toValue(const std::optional<M>& member) { return member ? toValue(*member) : Value(); }
    static Value toValue(const std::vector<double>& member) { return Value(Value::List(member.begin(), member.end())); }
    /// An unknown dimension (-1) is null in a value.
    static Value toValue(const std::vector<std::int64_t>& member) {
        Value::List list;
        for (const std::int64_t v : member) {
            if (v == -1) {
                list.emplace_back();
            } else {
                list.emplace_back(v);
            }
        }
        return list;
    }

    static void fromValue(const Value& v, std::int64_t& out) { out = *v.asInteger(); }
    static void fromValue(const Value& v, double& out) { out = *v.asNumber(); }
    static void fromValue(const Value& v, bool& out) { out = *v.asBool(); }
    static void fromValue(const Value& v, std::string& out) { out = *v.asText(); }
    static void fromValue(const Value& v, std::vector<std::int64_t>& out) { out = *v.asIntegers(); }
    static void fromValue(const Value& v, std::vector<double>& out) { out = *v.asNumbers(); }
    static void fromValue(const Value& v, Object& out) { out = *v.asObject(); }
    template <class M> static void fromValue(const Value& v, std::optional<M>& out) {
        if (v.isNull()) {
            out.reset();
        } else {
            fromValue(v, out.emplace());
        }
    }

    Schema m_schema;
    std::vector<std::function<void(T&, const Value&)>> m_setters;
    std::vector<std::function<Value(const T&)>> m_getters;
};

} // namespace weft
