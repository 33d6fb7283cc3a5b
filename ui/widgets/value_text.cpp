// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/value_text.h"

#include "engine/base/text.h"
#include "ui/widgets/catalogues.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>

#include <cmath>

namespace weft::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("ValueText", text);
}

std::optional<Value> parseInteger(const QString& text) {
    bool ok = false;
    const qlonglong number = QString(text).remove(u',').remove(u'_').toLongLong(&ok);
    if (!ok) {
        return std::nullopt;
    }
    return Value(std::int64_t{number});
}

/// What stands between separators; nothing where two follow each other. One at the end is let pass: `(4,)`, or a list being typed.
std::optional<QStringList> partsOf(QString text) {
    static const QRegularExpression brackets(QStringLiteral("[()\\[\\]]"));
    static const QRegularExpression separator(QStringLiteral("\\s*[,;x×]\\s*|\\s+"));
    text = text.remove(brackets).trimmed();
    if (text.isEmpty()) {
        return QStringList();
    }
    QStringList parts = text.split(separator);
    if (parts.size() > 1 && parts.back().isEmpty()) {
        parts.removeLast();
    }
    return parts.contains(QString()) ? std::nullopt : std::optional(parts);
}

std::optional<Value> parseIntegers(const Parameter& parameter, const QString& text) {
    const std::optional<QStringList> parts = partsOf(text);
    if (!parts) {
        return std::nullopt;
    }
    Value::List list;
    for (const QString& part : *parts) {
        if (part == u"?" || part.compare(u"none", Qt::CaseInsensitive) == 0) {
            list.emplace_back();
        } else if (const std::optional<Value> number = parseInteger(part)) {
            list.push_back(*number);
        } else {
            return std::nullopt;
        }
    }
    if (parameter.length > 1 && list.size() == 1) {
        list.resize(static_cast<std::size_t>(parameter.length), list.front());
    }
    return Value(std::move(list));
}

std::optional<Value> parseNumbers(const QString& text) {
    const std::optional<QStringList> parts = partsOf(text);
    if (!parts) {
        return std::nullopt;
    }
    Value::List list;
    for (const QString& part : *parts) {
        bool ok = false;
        list.emplace_back(part.toDouble(&ok));
        if (!ok) {
            return std::nullopt;
        }
    }
    return Value(std::move(list));
}

} // namespace

QString translated(const std::string& text) {
    return QCoreApplication::translate("schema", text.c_str());
}

QString fieldText(const Parameter& parameter, const Value& value) {
    if (value.isNull()) {
        return {};
    }
    if (parameter.kind == ParamKind::integers) {
        if (const Value::List* list = value.asList()) {
            QStringList parts;
            for (const Value& element : *list) {
                parts << (element.isNull() ? QStringLiteral("?") : QString::fromStdString(element.text()));
            }
            return parts.join(QStringLiteral(" × "));
        }
    }
    if (const std::string* text = value.asText()) {
        return QString::fromStdString(*text);
    }
    return QString::fromStdString(value.text());
}

std::optional<Value> parseField(const Parameter& parameter, const QString& text, QString& reason) {
    reason.clear();
    const QString trimmed = text.trimmed();
    std::optional<Value> value;
    if (trimmed.isEmpty() && parameter.optional) {
        value = Value();
    } else if (parameter.kind == ParamKind::integer) {
        value = parseInteger(trimmed);
    } else if (parameter.kind == ParamKind::number) {
        bool ok = false;
        const double number = trimmed.toDouble(&ok);
        if (ok && std::isfinite(number)) {
            value = Value(number);
        }
    } else if (parameter.kind == ParamKind::integers) {
        value = parseIntegers(parameter, trimmed);
    } else if (parameter.kind == ParamKind::numbers) {
        value = parseNumbers(trimmed);
    } else {
        value = Value(text.toStdString());
    }
    if (!value) {
        const QString limits = QString::fromStdString(describeLimits(parameter));
        reason = trimmed.isEmpty() ? tr("%1 needs a value: %2.").arg(translated(parameter.label), limits)
                                   : tr("%1 must be %2, not “%3”.").arg(translated(parameter.label), limits, trimmed);
        return std::nullopt;
    }
    if (const std::optional<std::string> problem = validate(parameter, *value)) {
        reason = QString::fromStdString(*problem);
        return std::nullopt;
    }
    return value;
}

QString spokenText(const Parameter& parameter, const Value& value) {
    if (value.isNull()) {
        return tr("none");
    }
    if (const bool* truth = value.asBool()) {
        return *truth ? tr("on") : tr("off");
    }
    if (const Object* object = value.asObject()) {
        const std::optional<CatalogueEntry> entry = findEntry(parameter.catalogue, object->type);
        return entry ? entry->title : QString::fromStdString(object->type);
    }
    return fieldText(parameter, value);
}

void setParam(const Schema& schema, ParamMap& params, std::string_view name, const Value& value) {
    const Parameter* parameter = findParameter(schema, name);
    if (parameter && !parameter->required && parameter->defaultValue == value) {
        if (const auto found = params.find(name); found != params.end()) {
            params.erase(found);
        }
    } else {
        params.insert_or_assign(std::string(name), value);
    }
}

QString countText(std::int64_t count) {
    return QString::fromStdString(withThousands(count));
}

QString shortCount(double count) {
    static constexpr const char* kUnits[] = {"", " k", " M", " G", " T"};
    if (count < 10000) {
        return countText(std::llround(count));
    }
    int unit = 0;
    while (count >= 999.5 && unit < 4) {
        count /= 1000;
        ++unit;
    }
    return QString::number(count, 'f', count < 9.95 ? 1 : 0) + QString::fromLatin1(kUnits[unit]);
}

QString bytesText(double bytes) {
    static constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
    int unit = 0;
    while (bytes >= 999.5 && unit < 4) {
        bytes /= 1000;
        ++unit;
    }
    return QStringLiteral("%1 %2").arg(QString::number(bytes, 'f', unit > 0 && bytes < 9.95 ? 1 : 0), QString::fromLatin1(kUnits[unit]));
}

QString scoreText(double value) {
    if (!std::isfinite(value)) {
        return std::isnan(value) ? QStringLiteral("NaN") : value > 0 ? QStringLiteral("∞") : QStringLiteral("-∞");
    }
    const double size = std::abs(value);
    if (size != 0 && (size < 0.001 || size >= 100000)) {
        return QString::number(value, 'e', 2);
    }
    return QString::number(value, 'f', size < 100 ? 4 : 1);
}

QString durationText(double seconds) {
    const qint64 whole = std::llround(std::max(0.0, std::min(seconds, 1e9)));
    if (whole >= 3600) {
        return QStringLiteral("%1:%2:%3").arg(whole / 3600).arg(whole / 60 % 60, 2, 10, QLatin1Char('0')).arg(whole % 60, 2, 10, QLatin1Char('0'));
    }
    return QStringLiteral("%1:%2").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
}

} // namespace weft::ui
