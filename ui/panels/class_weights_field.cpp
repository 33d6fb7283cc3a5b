// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/class_weights_field.h"

#include "engine/base/text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QRegularExpression>
#include <QStyle>

#include <cmath>

namespace weft::ui {

namespace {

QString textOf(const ClassWeightsField::Weights& weights) {
    QStringList parts;
    for (const auto& [number, weight] : weights) {
        parts << QStringLiteral("%1: %2").arg(number).arg(QString::fromStdString(shortest(weight)));
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace

ClassWeightsField::ClassWeightsField(QWidget* parent) : QLineEdit(parent) {
    setObjectName(QStringLiteral("class_weights"));
    setFixedHeight(metrics::control);
    setPlaceholderText(tr("none"));
    setToolTip(tr("How much samples of each class count in training: 0: 1, 1: 2.5. Classes that are not named count 1."));
    connect(this, &QLineEdit::textEdited, this, &ClassWeightsField::take);
    onEscape(this, [this] {
        setBad(false);
        setText(textOf(m_weights));
        Q_EMIT refused({});
    });
}

std::optional<ClassWeightsField::Weights> ClassWeightsField::parse(const QString& text, QString& reason) {
    reason.clear();
    Weights weights;
    static const QRegularExpression one(QStringLiteral("^\\s*(\\d+)\\s*[:=]\\s*(\\S+)\\s*$"));
    for (const QString& part : text.split(QRegularExpression(QStringLiteral("[,;]")), Qt::SkipEmptyParts)) {
        if (part.trimmed().isEmpty()) {
            continue;
        }
        const QRegularExpressionMatch match = one.match(part);
        bool isClass = false;
        bool isWeight = false;
        const qlonglong number = match.captured(1).toLongLong(&isClass);
        const double weight = match.captured(2).toDouble(&isWeight);
        if (!match.hasMatch() || !isClass || !isWeight || !std::isfinite(weight) || weight < 0) {
            reason = tr("Class weights are written as class: weight, like 0: 1, 1: 2.5, with weights of at least 0; “%1” is none.").arg(part.trimmed());
            return std::nullopt;
        }
        if (!weights.emplace(number, weight).second) {
            reason = tr("Class %1 has two weights.").arg(number);
            return std::nullopt;
        }
    }
    return weights;
}

void ClassWeightsField::take(const QString& text) {
    QString reason;
    const std::optional<Weights> weights = parse(text, reason);
    setBad(!weights);
    Q_EMIT refused(reason);
    if (weights && *weights != m_weights) {
        m_weights = *weights;
        Q_EMIT edited(m_weights);
    }
}

void ClassWeightsField::setWeights(const Weights& weights) {
    m_weights = weights;
    QString reason;
    const std::optional<Weights> shown = parse(text(), reason);
    if (!(hasFocus() && (m_bad || shown == weights))) {
        setBad(false);
        setText(textOf(weights));
    }
}

void ClassWeightsField::focusOutEvent(QFocusEvent* event) {
    QLineEdit::focusOutEvent(event);
    if (!m_bad) {
        setText(textOf(m_weights));
    }
}

void ClassWeightsField::setBad(bool bad) {
    if (m_bad != bad) {
        m_bad = bad;
        setProperty("bad", bad);
        style()->unpolish(this);
        style()->polish(this);
    }
}

} // namespace weft::ui
