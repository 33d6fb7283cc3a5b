// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/scene.h"

#include "engine/base/text.h"

namespace weft::ui {

namespace {

/// A size speaks for itself; a position along an axis needs its name.
QString shortText(const Parameter& parameter, const Value& value) {
    if (const std::int64_t* integer = value.asInteger()) {
        const QString number = QString::fromStdString(withThousands(*integer));
        return parameter.minimum >= 0 ? number : QString::fromStdString(parameter.name) + ' ' + number;
    }
    if (const bool* truth = value.asBool()) {
        return *truth ? QString::fromStdString(parameter.label).toLower() : QString();
    }
    if (const auto integers = value.asIntegers()) {
        QStringList parts;
        for (const std::int64_t part : *integers) {
            parts.push_back(part < 0 ? QStringLiteral("?") : QString::number(part));
        }
        return parts.join(QStringLiteral(" × "));
    }
    return QString::fromStdString(value.text());
}

} // namespace

QString detailOf(const LayerType& type, const Layer& layer) {
    QStringList parts;
    for (const bool defaultsToo : {false, true}) {
        for (const std::string& name : type.keyParameters) {
            const Parameter* parameter = findParameter(type.schema, name);
            if (!parameter) {
                continue;
            }
            const Value& value = valueOf(type.schema, layer.params, name);
            const bool isQuietDefault = parameter->kind == ParamKind::choice && value == parameter->defaultValue;
            if (const QString text = shortText(*parameter, value); !text.isEmpty() && !value.isNull() && (defaultsToo || !isQuietDefault)) {
                parts.push_back(text);
            }
        }
        if (!parts.isEmpty()) {
            break;
        }
    }
    const QString name = QString::fromStdString(type.name);
    return parts.isEmpty() ? name : name + QStringLiteral(" · ") + parts.join(QStringLiteral(", "));
}

} // namespace weft::ui
